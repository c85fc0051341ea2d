/**
 * Tells a storm from an incident: the same alert on most of a group within minutes. What many machines do at the
 * same time, somebody has made them do: mostly a rollout, a push or maintenance, which is named. Pure.
 */

import type { Happening, HostTally } from './model.ts';

export interface Storm {
  readonly rule: number;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly hosts: readonly string[];
  /** Of so many. */
  readonly of: number;
  /** What began shortly before; undefined where nothing is known that did. */
  readonly because: Happening | undefined;
}

/** Machines of a rollout come one after the other: a storm is looked for within this time, or two buckets. */
const WITHIN_SECONDS = 900;
/** How long after something has begun, or ended, it may be what a storm comes from. */
const AFTERWARDS_SECONDS = 1800;
const FEWEST_HOSTS = 3;
const MOST_OF_A_GROUP = 0.5;

export interface Surroundings {
  readonly hostCount: number;
  readonly happenings: readonly Happening[];
}

export function stormsOf(
  tallies: readonly HostTally[],
  { hostCount, happenings }: Surroundings,
): readonly Storm[] {
  const of = Math.max(hostCount, tallies.length);
  const needed = Math.max(FEWEST_HOSTS, Math.ceil(of * MOST_OF_A_GROUP));
  const byRule = new Map<number, Burst[]>();
  for (const { host, bucketSeconds, rules } of tallies) {
    for (const { rule, buckets } of rules) {
      const bursts = buckets.map(([bucket, count]) => ({
        host,
        at: bucket * bucketSeconds,
        bucketSeconds,
        count,
      }));
      byRule.set(rule, [...(byRule.get(rule) ?? []), ...bursts]);
    }
  }
  return [...byRule]
    .flatMap(([rule, bursts]) => stormsOfRule(bursts, needed).map((storm) => ({ ...storm, rule, of })))
    .map((storm) => ({ ...storm, because: causeOf(storm, happenings) }))
    .toSorted((a, b) => b.count - a.count);
}

interface Burst {
  readonly host: string;
  readonly at: number;
  readonly bucketSeconds: number;
  readonly count: number;
}

type Found = Pick<Storm, 'from' | 'to' | 'count' | 'hosts'>;

/** A window moves over the bursts; windows with enough hosts that follow each other are one storm. */
function stormsOfRule(unsorted: readonly Burst[], needed: number): Found[] {
  const bursts = unsorted.toSorted((a, b) => a.at - b.at);
  const storms: Found[] = [];
  const inWindow = new Map<string, number>();
  let left = 0;
  let begin: number | undefined;
  for (const [right, burst] of bursts.entries()) {
    inWindow.set(burst.host, (inWindow.get(burst.host) ?? 0) + 1);
    for (; burst.at - (bursts[left]?.at ?? 0) > windowOf(burst); left++) leave(inWindow, bursts[left]);
    const isStorm = inWindow.size >= needed;
    if (isStorm) begin ??= left;
    const next = bursts[right + 1];
    const ends = next === undefined || next.at - burst.at > windowOf(burst);
    if (begin !== undefined && (ends || !isStorm)) {
      storms.push(foundIn(bursts.slice(begin, right + 1)));
      begin = undefined;
    }
  }
  return storms;
}

function windowOf({ bucketSeconds }: Burst): number {
  return Math.max(WITHIN_SECONDS, 2 * bucketSeconds);
}

function leave(inWindow: Map<string, number>, burst: Burst | undefined): void {
  if (burst === undefined) return;
  const left = (inWindow.get(burst.host) ?? 0) - 1;
  if (left <= 0) inWindow.delete(burst.host);
  else inWindow.set(burst.host, left);
}

function foundIn(bursts: readonly Burst[]): Found {
  const last = bursts.at(-1);
  return {
    from: bursts[0]?.at ?? 0,
    to: (last?.at ?? 0) + (last?.bucketSeconds ?? 0),
    count: bursts.reduce((total, { count }) => total + count, 0),
    hosts: [...new Set(bursts.map(({ host }) => host))],
  };
}

/** Of several, the one that began last before it. A bucket may have begun before what is in it. */
function causeOf({ from, to }: Found, happenings: readonly Happening[]): Happening | undefined {
  return happenings
    .filter((one) => one.from <= to && from <= Math.max(one.from, one.to ?? to) + AFTERWARDS_SECONDS)
    .toSorted((a, b) => b.from - a.from)[0];
}
