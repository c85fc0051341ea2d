/** What was counted of all hosts together: what storms are looked for in. Pure. */

import type { Buckets, Cell } from './buckets.ts';
import type { Example, RuleNumbers, Subject } from './model.ts';

export interface Tallied {
  /** A host's place here is its number in buckets. */
  readonly hosts: ReadonlyArray<{ readonly host: string; readonly count: number }>;
  readonly rules: readonly RuleCounts[];
  /** Alerts of rules that there was no room for. */
  readonly omitted: number;
  /** Lines that are no alerts. */
  readonly unreadable: number;
  /** Files that could be read up to a damage only. */
  readonly damaged: number;
  /** Alerts that are dated ahead of now: counted, but at no time. */
  readonly ahead: number;
  /** Time of the oldest alert that was there to read. */
  readonly since: number | undefined;
}

/** One rule on all hosts. */
export interface RuleCounts extends RuleNumbers {
  /** By number of the host. */
  readonly hosts: ReadonlyMap<number, number>;
  /** Over time, whichever the hosts. */
  readonly timeline: { readonly cells: () => Iterable<Pick<Cell, 'time' | 'count'>> };
  /** Each alert is about one of them, or among the others. */
  readonly series: readonly Series[];
  readonly others: number;
  /** The newest of the others. */
  readonly othersExample: HostExample | undefined;
}

/** The alerts of a rule that are about the same. */
export interface Series {
  readonly subject: Subject;
  readonly count: number;
  /** Undefined for what no storm is looked for in. */
  readonly buckets: Buckets | undefined;
  /** The newest. */
  readonly example: HostExample | undefined;
}

export interface HostExample extends Example {
  readonly host: string;
}

/** What has rung below a level is left out. */
export function atLeast(tallied: Tallied, level = 0): Tallied {
  const rules = tallied.rules.filter((rule) => rule.level >= level);
  const counts = new Map<number, number>();
  for (const { hosts } of rules)
    for (const [host, count] of hosts) counts.set(host, (counts.get(host) ?? 0) + count);
  return {
    ...tallied,
    rules,
    hosts: tallied.hosts.map(({ host }, number) => ({ host, count: counts.get(number) ?? 0 })),
  };
}
