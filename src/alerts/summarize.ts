/** The tallies of many hosts → what people want to know first. Pure. */

import type { Counted, Example, Happening, HostTally, Period, RuleTally } from './model.ts';
import { type Storm, stormsOf } from './storms.ts';

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
  readonly subjects: readonly Counted[];
  readonly others: number;
  readonly example: Example & { readonly host: string };
  readonly first: number | undefined;
  readonly last: number | undefined;
}

export interface Summary {
  readonly period: Period;
  readonly hosts: ReadonlyArray<{ readonly host: string; readonly count: number }>;
  readonly count: number;
  readonly unreadable: number;
  /** Alerts of rules for which an instance had no room in its answer. */
  readonly omitted: number;
  /** The gravest first, then the most frequent. */
  readonly rows: readonly Row[];
  readonly storms: readonly Storm[];
  readonly happenings: readonly Happening[];
}

export interface Known {
  readonly period: Period;
  readonly happenings: readonly Happening[];
  /** Every host that was asked, also those without alerts. */
  readonly hostCount: number;
}

/** Into how many parts a timeline is divided. */
const PARTS = 48;
const MOST_SUBJECTS = 200;

export function summarize(tallies: readonly HostTally[], known: Known): Summary {
  const period = boundsOf(tallies, known.period);
  const rules = [...new Set(tallies.flatMap((tally) => tally.rules.map(({ rule }) => rule)))];
  const rows = rules
    .map((rule) => rowOf(tallies, rule, period))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.level - a.level || b.count - a.count || a.rule - b.rule);
  return {
    period,
    hosts: tallies.map(({ host, rules: all }) => ({ host, count: sum(all.map(({ count }) => count)) })),
    count: sum(rows.map(({ count }) => count)),
    unreadable: sum(tallies.map(({ unreadable }) => unreadable)),
    omitted: sum(tallies.map(({ omitted }) => omitted)),
    rows,
    storms: stormsOf(tallies, known),
    happenings: known.happenings,
  };
}

/** A period without a beginning begins with the first alert. */
function boundsOf(tallies: readonly HostTally[], { from, to, previousFrom }: Period): Period {
  if (from > 0) return { from, to, previousFrom };
  const all = tallies.flatMap(({ rules }) => rules);
  const first = all.reduce((least, one) => Math.min(least, one.first ?? least), to);
  const last = all.reduce((most, one) => Math.max(most, one.last ?? most), first);
  return { from: first, to: Math.max(last, first + 1), previousFrom: undefined };
}

function rowOf(tallies: readonly HostTally[], rule: number, period: Period): Row {
  const parts = tallies.flatMap(({ host, bucketSeconds, rules }) =>
    rules.filter((one) => one.rule === rule).map((tally) => ({ host, bucketSeconds, tally })),
  );
  const newest = parts.reduce((a, b) => ((b.tally.last ?? 0) > (a.tally.last ?? 0) ? b : a));
  const before = sum(parts.map(({ tally }) => tally.before));
  return {
    rule,
    level: Math.max(...parts.map(({ tally }) => tally.level)),
    description: newest.tally.description,
    count: sum(parts.map(({ tally }) => tally.count)),
    before,
    isNew: isComparable(tallies, period) ? before === 0 : undefined,
    hosts: parts
      .map(({ host, tally }) => ({ host, count: tally.count }))
      .filter(({ count }) => count > 0)
      .toSorted((a, b) => b.count - a.count),
    timeline: timelineOf(parts, period),
    ...subjectsOf(parts.map(({ tally }) => tally)),
    example: { ...newest.tally.example, host: newest.host },
    first: least(parts.map(({ tally }) => tally.first)),
    last: least(
      parts.map(({ tally }) => (tally.last === undefined ? undefined : -tally.last)),
      -1,
    ),
  };
}

/** Nothing is new where nobody has looked before: at least one host has to have alerts from back then. */
function isComparable(tallies: readonly HostTally[], { previousFrom, from }: Period): boolean {
  return previousFrom !== undefined && tallies.some(({ since }) => since !== undefined && since < from);
}

function timelineOf(
  parts: ReadonlyArray<{ readonly bucketSeconds: number; readonly tally: RuleTally }>,
  { from, to }: Period,
): number[] {
  const timeline = Array.from({ length: PARTS }, () => 0);
  for (const { bucketSeconds, tally } of parts) {
    for (const [bucket, count] of tally.buckets) {
      const at = Math.floor(((bucket * bucketSeconds - from) / (to - from)) * PARTS);
      const part = Math.min(PARTS - 1, Math.max(0, at));
      timeline[part] = (timeline[part] ?? 0) + count;
    }
  }
  return timeline;
}

function subjectsOf(tallies: readonly RuleTally[]): Pick<Row, 'subjects' | 'others'> {
  const counts = new Map<string, Counted>();
  for (const subject of tallies.flatMap(({ subjects }) => subjects)) {
    const key = `${subject.kind}:${subject.value}`;
    counts.set(key, { ...subject, count: (counts.get(key)?.count ?? 0) + subject.count });
  }
  const sorted = [...counts.values()].toSorted((a, b) => b.count - a.count);
  const rest = sum(sorted.slice(MOST_SUBJECTS).map(({ count }) => count));
  return {
    subjects: sorted.slice(0, MOST_SUBJECTS),
    others: sum(tallies.map(({ others }) => others)) + rest,
  };
}

function least(values: ReadonlyArray<number | undefined>, sign = 1): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : sign * Math.min(...known);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
