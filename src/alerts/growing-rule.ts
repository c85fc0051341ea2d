/** One rule while its alerts are counted. */

import { dirname } from 'node:path/posix';
import { BucketPool, type Buckets } from './buckets.ts';
import { type Alert, BUCKET_SECONDS, type Example, type RuleTally, type Subject } from './model.ts';
import { subjectOf } from './read-alert.ts';
import type { HostExample, RuleCounts, Series } from './tallied.ts';

const MOST_CELLS = 250_000;
const MOST_HOSTS_OF_RULES = 200_000;
const MOST_SUBJECTS_IN_ALL = 20_000;
const MOST_SUBJECTS_OF_A_RULE = 1024;
/** The number of what has no room for one of its own. */
export const OTHER_HOST = 0;

/** What all rules take their memory from. */
export class Room {
  readonly pool = new BucketPool(MOST_CELLS);
  hosts = MOST_HOSTS_OF_RULES;
  subjects = MOST_SUBJECTS_IN_ALL;
}

/** A host by name and by number. */
export interface NumberedHost {
  readonly host: string;
  readonly number: number;
}

type Growing<T> = { -readonly [Key in keyof T]: T[Key] };

export class GrowingRule {
  readonly #room: Room;
  readonly #rule: number;
  readonly #description: string;
  readonly #hosts = new Map<number, number>();
  readonly #timeline: Buckets;
  readonly #series = new Map<string, Growing<Series>>();
  #level: number;
  #count = 0;
  #before = 0;
  #first: number | undefined;
  #last: number | undefined;
  #others = 0;
  #othersExample: HostExample | undefined;

  constructor({ rule, level, description }: Pick<Alert, 'rule' | 'level' | 'description'>, room: Room) {
    this.#room = room;
    this.#rule = rule;
    this.#level = level;
    this.#description = description;
    this.#timeline = room.pool.create({ keep: true });
  }

  addBefore(count = 1): void {
    this.#before += count;
  }

  /** `time`: when it counts, which need not be what it says itself. */
  add(alert: Alert, host: NumberedHost, time: number | undefined): void {
    const number = this.#addTo(host.number, 1);
    this.#count += 1;
    this.#level = Math.max(this.#level, alert.level);
    if (time !== undefined) {
      this.#spread(time, time);
      this.#timeline.add(time, 0);
    }
    const example = { time: alert.time, log: alert.log, source: alert.source, host: host.host };
    const series = this.#seriesOf(subjectOf(alert));
    if (series === undefined) {
      this.#others += 1;
      this.#othersExample = example;
      return;
    }
    series.count += 1;
    series.example = example;
    if (time !== undefined) series.buckets?.add(time, number);
  }

  /** What an instance has counted itself. */
  addTally(tally: RuleTally, { host, number }: NumberedHost, bucketSeconds: number): void {
    this.#before += tally.before;
    if (tally.count === 0) return;
    const counted = this.#addTo(number, tally.count);
    this.#count += tally.count;
    this.#level = Math.max(this.#level, tally.level);
    this.#others += tally.others;
    if (tally.first !== undefined) this.#spread(tally.first, tally.last ?? tally.first);
    for (const [bucket, count] of tally.buckets) this.#timeline.add(bucket * bucketSeconds, 0, count);
    for (const { count, buckets, example, ...subject } of tally.subjects) {
      const newest = example && { ...example, host };
      const series = this.#seriesOf(subject);
      if (series === undefined) {
        this.#others += count;
        this.#othersExample = newerOf(this.#othersExample, newest);
        continue;
      }
      series.count += count;
      series.example = newerOf(series.example, newest);
      for (const [bucket, inIt] of buckets) series.buckets?.add(bucket * BUCKET_SECONDS, counted, inIt);
    }
  }

  result(): RuleCounts {
    return {
      ...{ rule: this.#rule, level: this.#level, description: this.#description },
      ...{ count: this.#count, before: this.#before, first: this.#first, last: this.#last },
      ...{ hosts: this.#hosts, timeline: this.#timeline, series: [...this.#series.values()] },
      ...{ others: this.#others, othersExample: this.#othersExample },
    };
  }

  /** Returns the number that it counts for. */
  #addTo(number: number, count: number): number {
    const counted = this.#hosts.has(number) || this.#room.hosts > 0 ? number : OTHER_HOST;
    if (!this.#hosts.has(counted)) this.#room.hosts -= 1;
    this.#hosts.set(counted, (this.#hosts.get(counted) ?? 0) + count);
    return counted;
  }

  /** That of its folder where there is no room for another file; undefined where there is none for that, too. */
  #seriesOf(subject: Subject): Growing<Series> | undefined {
    const key = `${subject.kind}:${subject.value}`;
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (this.#series.size < roomFor(subject) && this.#room.subjects > 0) {
      this.#room.subjects -= 1;
      const buckets = hasStorms(subject) ? this.#room.pool.create({ keep: false }) : undefined;
      const series = { subject, count: 0, buckets, example: undefined };
      this.#series.set(key, series);
      return series;
    }
    if (subject.kind !== 'file') return undefined;
    return this.#seriesOf({ kind: 'folder', value: dirname(subject.value) });
  }

  #spread(first: number, last: number): void {
    this.#first = Math.min(this.#first ?? first, first);
    this.#last = Math.max(this.#last ?? last, last);
  }
}

/** Attackers come to many machines at once by themselves: an address is nothing that somebody of ours did. */
function hasStorms({ kind }: Subject): boolean {
  return kind !== 'address';
}

/** Folders come when there is no more room for files, and addresses must not take all of it. */
function roomFor({ kind }: Subject): number {
  if (kind === 'address') return MOST_SUBJECTS_OF_A_RULE / 4;
  return kind === 'folder' ? 2 * MOST_SUBJECTS_OF_A_RULE : MOST_SUBJECTS_OF_A_RULE;
}

function newerOf<T extends Example>(a: T | undefined, b: T | undefined): T | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return (b.time ?? 0) >= (a.time ?? 0) ? b : a;
}
