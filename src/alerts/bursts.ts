/**
 * When most hosts said the same: the alerts of one rule about one file, port or log, on most of a group within
 * minutes. Bursts of a series have no alert in common. Pure.
 */

import type { Cell } from './buckets.ts';
import type { Subject } from './model.ts';
import type { Series } from './tallied.ts';

export interface Burst {
  readonly subject: Subject;
  readonly from: number;
  readonly to: number;
  readonly bucketSeconds: number;
  readonly count: number;
  /** Its alerts, by bucket and host. */
  readonly cells: readonly Cell[];
}

/** Machines of a rollout come one after the other: a storm is looked for within this time. */
const WITHIN_SECONDS = 900;
/** What goes on for longer is how things are. */
const LONGEST_SECONDS = 3600;
/** Less is no measure of how things are. */
const SHORTEST_PERIOD_SECONDS = 6 * 3600;
/** So many times what the series has in most buckets. */
const STANDS_OUT = 5;

interface Bucket {
  readonly time: number;
  readonly count: number;
  readonly cells: readonly Cell[];
}

export interface Crowd {
  /** On how many hosts at least. */
  readonly needed: number;
  readonly periodSeconds: number;
}

export function burstsOf({ subject, buckets }: Series, { needed, periodSeconds }: Crowd): Burst[] {
  if (buckets === undefined || buckets.size < needed || buckets.seconds > WITHIN_SECONDS) return [];
  const { seconds } = buckets;
  const all = bucketsOf([...buckets.cells()]);
  const usual = median(all, Math.max(periodSeconds, SHORTEST_PERIOD_SECONDS) / seconds);
  const high = all.filter(({ count }) => count >= STANDS_OUT * usual);
  return runsOf(crowded(high, needed), seconds)
    .map((run) => burstOf(run, subject, seconds))
    .filter(({ from, to }) => to - from <= LONGEST_SECONDS);
}

function bucketsOf(cells: readonly Cell[]): Bucket[] {
  return [...Map.groupBy(cells, ({ time }) => time)]
    .map(([time, inIt]) => ({ time, cells: inIt, count: inIt.reduce((sum, { count }) => sum + count, 0) }))
    .toSorted((a, b) => a.time - b.time);
}

/** Of all buckets of the period, also those that nothing is in. */
function median(filled: readonly Bucket[], all: number): number {
  const counts = filled.map(({ count }) => count).toSorted((a, b) => b - a);
  return counts[Math.floor(all / 2)] ?? 0;
}

/** The buckets that are in a window with enough hosts. */
function crowded(buckets: readonly Bucket[], needed: number): Bucket[] {
  const inWindow = new Map<number, number>();
  const found = new Set<Bucket>();
  let left = 0;
  for (const [right, bucket] of buckets.entries()) {
    for (const { host } of bucket.cells) inWindow.set(host, (inWindow.get(host) ?? 0) + 1);
    for (; bucket.time - (buckets[left]?.time ?? 0) > WITHIN_SECONDS; left++) leave(inWindow, buckets[left]);
    if (inWindow.size >= needed) for (const one of buckets.slice(left, right + 1)) found.add(one);
  }
  return buckets.filter((bucket) => found.has(bucket));
}

function leave(inWindow: Map<number, number>, bucket: Bucket | undefined): void {
  for (const { host } of bucket?.cells ?? []) {
    const left = (inWindow.get(host) ?? 0) - 1;
    if (left <= 0) inWindow.delete(host);
    else inWindow.set(host, left);
  }
}

/** Buckets that follow each other closely. */
function runsOf(buckets: readonly Bucket[], seconds: number): Bucket[][] {
  const runs: Bucket[][] = [];
  for (const bucket of buckets) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const follows = last !== undefined && bucket.time - last.time <= Math.max(WITHIN_SECONDS, seconds);
    if (follows) run?.push(bucket);
    else runs.push([bucket]);
  }
  return runs;
}

function burstOf(run: readonly Bucket[], subject: Subject, seconds: number): Burst {
  return {
    subject,
    from: run[0]?.time ?? 0,
    to: (run.at(-1)?.time ?? 0) + seconds,
    bucketSeconds: seconds,
    count: run.reduce((sum, { count }) => sum + count, 0),
    cells: run.flatMap(({ cells }) => cells),
  };
}
