/** The alerts of one rule as people want to see them. Pure. */

import type { Counted, Period } from './model.ts';
import type { HostExample, RuleCounts, Tallied } from './tallied.ts';

/** One rule on all hosts. */
export interface Row {
  readonly rule: number;
  readonly level: number;
  readonly description: string;
  readonly count: number;
  readonly before: number;
  /** There was none in the period before; undefined where that is not known. */
  readonly isNew: boolean | undefined;
  /** The hosts with most of them first. */
  readonly hosts: ReadonlyArray<{ readonly host: string; readonly count: number }>;
  /** Counts over the period, in equal parts. */
  readonly timeline: readonly number[];
  /** The most frequent first. */
  readonly subjects: readonly Counted[];
  readonly others: number;
  /** The newest; undefined where instances had no room for one. */
  readonly example: HostExample | undefined;
}

/** Into how many parts a timeline is divided. */
const PARTS = 48;
const MOST_SUBJECTS = 200;

export function rowOf(counts: RuleCounts, { hosts, since }: Tallied, period: Period): Row {
  const { rule, level, description, count, before, series, others, othersExample } = counts;
  const subjects = series
    .map((one): Counted => ({ ...one.subject, count: one.count }))
    .toSorted((a, b) => b.count - a.count);
  return {
    ...{ rule, level, description, count, before },
    isNew: isComparable(since, period) ? before === 0 : undefined,
    hosts: [...counts.hosts]
      .map(([number, ofIt]) => ({ host: hosts[number]?.host ?? '', count: ofIt }))
      .toSorted((a, b) => b.count - a.count),
    timeline: timelineOf(counts, period),
    subjects: subjects.slice(0, MOST_SUBJECTS),
    others: others + subjects.slice(MOST_SUBJECTS).reduce((sum, one) => sum + one.count, 0),
    example: [othersExample, ...series.map(({ example }) => example)].reduce(newerOf, undefined),
  };
}

/** Nothing is new where nobody has looked before: at least one host has to have alerts from back then. */
function isComparable(since: number | undefined, { previousFrom, from }: Period): boolean {
  return previousFrom !== undefined && since !== undefined && since < from;
}

function timelineOf({ timeline }: RuleCounts, { from, to }: Period): number[] {
  const parts = Array.from({ length: PARTS }, () => 0);
  for (const { time, count } of timeline.cells()) {
    const at = Math.floor(((time - from) / (to - from)) * PARTS);
    const part = Math.min(PARTS - 1, Math.max(0, at));
    parts[part] = (parts[part] ?? 0) + count;
  }
  // What is taken away may lie in the part beside that in which it was counted.
  return parts.map((count) => Math.max(0, count));
}

function newerOf(a: HostExample | undefined, b: HostExample | undefined): HostExample | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return (b.time ?? 0) > (a.time ?? 0) ? b : a;
}
