/** Counts alerts as they come, in memory that does not grow with their number. */

import { HOST_NUMBERS } from './buckets.ts';
import { GrowingRule, type NumberedHost, OTHER_HOST, Room } from './growing-rule.ts';
import type { Alert, HostTally, Period } from './model.ts';
import type { Tallied } from './tallied.ts';

/** Names of hosts come from log lines: somebody may invent as many as he likes. Of rules, OSSEC has half of these. */
const MOST_HOSTS = HOST_NUMBERS;
const MOST_RULES = 5000;
export const OTHER_HOSTS = '(further hosts)';

export class Tally {
  readonly #period: Period;
  readonly #room = new Room();
  readonly #hosts = [{ host: OTHER_HOSTS, count: 0 }];
  readonly #numbers = new Map<string, number>();
  readonly #rules = new Map<number, GrowingRule>();
  #omitted = 0;
  #unreadable = 0;
  #damaged = 0;
  #ahead = 0;
  #since: number | undefined;

  constructor(period: Period) {
    this.#period = period;
  }

  /** `source`: what it counts for where the alert names no host. */
  add(alert: Alert, source: string): void {
    const { from, to, previousFrom = from } = this.#period;
    const isAhead = alert.time !== undefined && alert.time > to;
    const time = isAhead ? undefined : alert.time;
    if (time !== undefined) {
      this.#seen(time);
      if (time < previousFrom) return;
    }
    const rule = this.#rule(alert);
    if (rule === undefined) {
      this.#omitted += 1;
    } else if (time !== undefined && time < from) {
      rule.addBefore();
    } else {
      if (isAhead) this.#ahead += 1;
      rule.add(alert, this.#counted(alert.host === '' ? source : alert.host, 1), time);
    }
  }

  /** What an instance has counted itself. */
  addHost({ host, bucketSeconds, rules, since, ...counts }: HostTally): void {
    const numbered = this.#counted(host, 0);
    this.#omitted += counts.omitted;
    this.#unreadable += counts.unreadable;
    this.#damaged += counts.damaged;
    this.#ahead += counts.ahead;
    if (since !== undefined) this.#seen(since);
    for (const tally of rules) {
      const rule = this.#rule(tally);
      if (rule === undefined) {
        this.#omitted += tally.count;
      } else {
        this.#counted(host, tally.count);
        rule.addTally(tally, numbered, bucketSeconds);
      }
    }
  }

  result(): Tallied {
    return {
      hosts: this.#hosts,
      rules: [...this.#rules.values()].map((rule) => rule.result()),
      ...{ omitted: this.#omitted, unreadable: this.#unreadable, damaged: this.#damaged },
      ...{ ahead: this.#ahead, since: this.#since },
    };
  }

  #seen(time: number): void {
    this.#since = Math.min(this.#since ?? time, time);
  }

  #counted(host: string, count: number): NumberedHost {
    const number = this.#numberOf(host);
    const one = this.#hosts[number];
    if (one !== undefined) one.count += count;
    return { host, number };
  }

  #numberOf(host: string): number {
    const known = this.#numbers.get(host);
    if (known !== undefined) return known;
    if (this.#hosts.length >= MOST_HOSTS) return OTHER_HOST;
    this.#numbers.set(host, this.#hosts.length);
    return this.#hosts.push({ host, count: 0 }) - 1;
  }

  /** Undefined where there is no room for it. */
  #rule(alert: Pick<Alert, 'rule' | 'level' | 'description'>): GrowingRule | undefined {
    const known = this.#rules.get(alert.rule);
    if (known !== undefined || this.#rules.size >= MOST_RULES) return known;
    const growing = new GrowingRule(alert, this.#room);
    this.#rules.set(alert.rule, growing);
    return growing;
  }
}
