/** Counts alerts as they come, in memory that does not grow with their number. */

import { dirname } from 'node:path/posix';
import type { Alert, Counted, Example, HostTally, Period, RuleTally, Subject } from './model.ts';
import { subjectsOf } from './read-alert.ts';

/** The finest that a storm is looked for in. */
const BUCKET_SECONDS = 300;
/** With more of them, two become one. */
const MOST_BUCKETS = 4096;
/** Names of hosts and subjects come from log lines: somebody may invent as many as he likes. */
const MOST_HOSTS = 2000;
const MOST_SUBJECTS = 256;
const MOST_SUBJECTS_IN_ALL = 100_000;
export const OTHER_HOSTS = '(further hosts)';

interface Growing {
  rule: number;
  level: number;
  description: string;
  count: number;
  before: number;
  first: number | undefined;
  last: number | undefined;
  buckets: Map<number, number>;
  readonly subjects: Map<string, { readonly subject: Subject; count: number }>;
  others: number;
  example: Example;
}

interface GrowingHost {
  readonly rules: Map<number, Growing>;
  unreadable: number;
  since: number | undefined;
}

export class Tally {
  readonly #period: Period;
  readonly #hosts = new Map<string, GrowingHost>();
  #bucketSeconds = BUCKET_SECONDS;
  #subjects = 0;

  constructor(period: Period) {
    this.#period = period;
  }

  /** `source`: what it counts for where the alert names no host. */
  add(alert: Alert, source: string): void {
    const { from, to, previousFrom } = this.#period;
    const host = this.#host(alert.host === '' ? source : alert.host);
    const { time = to } = alert;
    host.since = Math.min(host.since ?? time, time);
    if (time > to || time < (previousFrom ?? from)) return;
    const growing = this.#rule(host, alert);
    if (time < from) growing.before += 1;
    else this.#count(growing, alert);
  }

  addUnreadable(source: string, count = 1): void {
    this.#host(source).unreadable += count;
  }

  /** By host, each rule once. */
  result(): HostTally[] {
    return [...this.#hosts].map(([host, { rules, unreadable, since }]) => ({
      host,
      bucketSeconds: this.#bucketSeconds,
      rules: [...rules.values()].map(finished),
      omitted: 0,
      unreadable,
      since,
    }));
  }

  #host(name: string): GrowingHost {
    const known = this.#hosts.get(name);
    if (known !== undefined) return known;
    if (this.#hosts.size >= MOST_HOSTS && name !== OTHER_HOSTS) return this.#host(OTHER_HOSTS);
    const host = { rules: new Map(), unreadable: 0, since: undefined };
    this.#hosts.set(name, host);
    return host;
  }

  #rule({ rules }: GrowingHost, alert: Alert): Growing {
    const known = rules.get(alert.rule);
    if (known !== undefined) return known;
    const growing: Growing = {
      ...{ rule: alert.rule, level: alert.level, description: alert.description },
      ...{ count: 0, before: 0, first: undefined, last: undefined },
      ...{ buckets: new Map(), subjects: new Map(), others: 0, example: exampleOf(alert) },
    };
    rules.set(alert.rule, growing);
    return growing;
  }

  #count(growing: Growing, alert: Alert): void {
    growing.count += 1;
    growing.level = Math.max(growing.level, alert.level);
    // The newest alert is the one that people ask about.
    growing.example = exampleOf(alert);
    if (alert.time !== undefined) {
      growing.first = Math.min(growing.first ?? alert.time, alert.time);
      growing.last = Math.max(growing.last ?? alert.time, alert.time);
      const bucket = Math.floor(alert.time / this.#bucketSeconds);
      growing.buckets.set(bucket, (growing.buckets.get(bucket) ?? 0) + 1);
      if (growing.buckets.size > MOST_BUCKETS) this.#coarsen();
    }
    for (const subject of subjectsOf(alert)) this.#countSubject(growing, subject);
  }

  #countSubject(growing: Growing, subject: Subject): void {
    const key = `${subject.kind}:${subject.value}`;
    const known = growing.subjects.get(key);
    if (known !== undefined) {
      known.count += 1;
    } else if (growing.subjects.size < roomFor(subject) && this.#subjects < MOST_SUBJECTS_IN_ALL) {
      this.#subjects += 1;
      growing.subjects.set(key, { subject, count: 1 });
    } else if (subject.kind === 'file') {
      this.#countSubject(growing, { kind: 'folder', value: dirname(subject.value) });
    } else {
      growing.others += 1;
    }
  }

  #coarsen(): void {
    this.#bucketSeconds *= 2;
    for (const { rules } of this.#hosts.values()) {
      for (const growing of rules.values()) {
        const buckets = new Map<number, number>();
        for (const [bucket, count] of growing.buckets) {
          const half = Math.floor(bucket / 2);
          buckets.set(half, (buckets.get(half) ?? 0) + count);
        }
        growing.buckets = buckets;
      }
    }
  }
}

/** Folders come when there is no more room for files. */
function roomFor({ kind }: Subject): number {
  return kind === 'folder' ? 2 * MOST_SUBJECTS : MOST_SUBJECTS;
}

function exampleOf({ time, log, source }: Alert): Example {
  return { time, log, source };
}

function finished({ buckets, subjects, ...rest }: Growing): RuleTally {
  return {
    ...rest,
    buckets: [...buckets].toSorted(([a], [b]) => a - b),
    subjects: [...subjects.values()]
      .map(({ subject, count }): Counted => ({ ...subject, count }))
      .toSorted((a, b) => b.count - a.count),
  };
}
