/**
 * Tells storms from incidents: the same alert on most of a group within minutes. What many machines do at the same
 * time, somebody has made them do. Storms of a rule have no alert in common. Pure.
 */

import { PROBE } from '../ossec/own-rule-ids.ts';
import { type Burst, burstsOf } from './bursts.ts';
import { causeOf } from './cause.ts';
import type { Cause, Counted, Happening } from './model.ts';
import type { RuleCounts, Tallied } from './tallied.ts';

export interface Storm {
  readonly rule: number;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly hosts: readonly string[];
  /** Of so many. */
  readonly of: number;
  /** What most of the hosts said it about; only such alerts are counted. The most frequent first. */
  readonly subjects: readonly Counted[];
  /** Undefined where nothing is known that had just begun or ended. */
  readonly because: Cause | undefined;
}

export interface Surroundings {
  readonly hostCount: number;
  readonly happenings: readonly Happening[];
  readonly periodSeconds: number;
}

const FEWEST_HOSTS = 3;
const MOST_OF_A_GROUP = 0.5;

/** What each rule's storms are made of; rules without any are not there. */
export function burstsByRule(
  { rules, hosts }: Tallied,
  { hostCount, periodSeconds }: Surroundings,
): Map<number, Burst[]> {
  const of = sizeOf(hosts, hostCount);
  const crowd = { needed: Math.max(FEWEST_HOSTS, Math.ceil(of * MOST_OF_A_GROUP)), periodSeconds };
  const found = rules
    // bake itself asks whether OSSEC hears, on all instances, with each push.
    .filter(({ rule }) => rule !== PROBE)
    .map(({ rule, series }): [number, Burst[]] => [rule, series.flatMap((one) => burstsOf(one, crowd))]);
  return new Map(found.filter(([, bursts]) => bursts.length > 0));
}

/** Bursts of a rule at the same time are one storm. */
export function stormsOf(
  { rule }: Pick<RuleCounts, 'rule'>,
  bursts: readonly Burst[],
  { tallied: { hosts }, hostCount, happenings }: Surroundings & { readonly tallied: Tallied },
): Storm[] {
  return together(bursts).map((group): Storm => {
    const from = Math.min(...group.map((one) => one.from));
    const numbers = new Set(group.flatMap(({ cells }) => cells.map(({ host }) => host)));
    return {
      rule,
      from,
      to: Math.max(...group.map(({ to }) => to)),
      count: group.reduce((sum, { count }) => sum + count, 0),
      hosts: [...numbers].map((number) => hosts[number]?.host ?? ''),
      of: sizeOf(hosts, hostCount),
      subjects: group
        .map(({ subject, count }) => ({ ...subject, count }))
        .toSorted((a, b) => b.count - a.count),
      because: causeOf(
        { from, bucketSeconds: Math.max(...group.map((one) => one.bucketSeconds)) },
        happenings,
      ),
    };
  });
}

/** Whoever is only counted among others is none. */
function sizeOf(hosts: Tallied['hosts'], hostCount: number): number {
  return Math.max(hostCount, hosts.filter(({ count }) => count > 0).length);
}

function together(bursts: readonly Burst[]): Burst[][] {
  const groups: Burst[][] = [];
  let until = -1;
  for (const burst of bursts.toSorted((a, b) => a.from - b.from)) {
    if (burst.from < until) groups.at(-1)?.push(burst);
    else groups.push([burst]);
    until = Math.max(until, burst.to);
  }
  return groups;
}
