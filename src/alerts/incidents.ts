/** What is left of a rule's alerts without those that storms explain, and grave enough to be looked at. Pure. */

import type { Cell } from './buckets.ts';
import type { Burst } from './bursts.ts';
import type { Subject } from './model.ts';
import type { RuleCounts, Series } from './tallied.ts';

/** OSSEC's own scale: from here on somebody should look. */
export const GRAVE = 7;

/** Undefined where nobody has to look: it is not grave, or all of it were storms. */
export function incidentOf(rule: RuleCounts, bursts: readonly Burst[]): RuleCounts | undefined {
  if (rule.level < GRAVE) return undefined;
  const same = bursts.filter(({ subject }) => isTheSame(subject));
  const cells = same.flatMap((burst) => burst.cells);
  const count = rule.count - sum(cells);
  if (count <= 0) return undefined;
  const bySubject = Map.groupBy(same, ({ subject }) => subject);
  return {
    ...rule,
    count,
    hosts: without(rule.hosts, cells),
    timeline: {
      cells: () => [...rule.timeline.cells(), ...cells.map((cell) => ({ ...cell, count: -cell.count }))],
    },
    series: rule.series
      .map((series) => rest(series, bySubject.get(series.subject) ?? []))
      .filter((series) => series.count > 0),
  };
}

/** An alert about a folder or a log may be any: none of those is explained by the others. */
function isTheSame({ kind }: Subject): boolean {
  return kind === 'file' || kind === 'port';
}

function without(hosts: ReadonlyMap<number, number>, cells: readonly Cell[]): Map<number, number> {
  const left = new Map(hosts);
  for (const { host, count } of cells) left.set(host, (left.get(host) ?? 0) - count);
  return new Map([...left].filter(([, count]) => count > 0));
}

function rest(series: Series, bursts: readonly Burst[]): Series {
  const { count, example } = series;
  const isOfAStorm = bursts.some(({ from, to }) => {
    const { time = 0 } = example ?? {};
    return time >= from && time < to;
  });
  return { ...series, count: count - sum(bursts), example: isOfAStorm ? undefined : example };
}

function sum(counts: ReadonlyArray<{ readonly count: number }>): number {
  return counts.reduce((total, { count }) => total + count, 0);
}
