/** All alerts over the period, as bars of three tones with what happened meanwhile. Pure. */

import type { Period } from '../../alerts/model.ts';
import type { Summary } from '../../alerts/summarize.ts';
import { type LevelTone, levelTone, TONES } from './level.ts';
import { type Tick, ticksOf } from './ticks.ts';

/** A part of the period; heights are percentages of the highest. */
export interface Bar {
  readonly counts: Readonly<Record<LevelTone, number>>;
  readonly heights: Readonly<Record<LevelTone, number>>;
}

/** Places are percentages of the period. */
export interface Chart {
  readonly bars: readonly Bar[];
  /** Alerts in the highest bar. */
  readonly peak: number;
  readonly secondsOfBar: number;
  readonly ticks: readonly Tick[];
  readonly spans: ReadonlyArray<{ readonly at: number; readonly width: number }>;
}

export function chartOf({ rows, storms, period }: Pick<Summary, 'rows' | 'storms' | 'period'>): Chart {
  const parts = Math.max(1, ...rows.map(({ timeline }) => timeline.length));
  const counts = Array.from({ length: parts }, (_, part) => countsOf(rows, part));
  const peak = Math.max(0, ...counts.map(sum));
  return {
    bars: counts.map((ofBar) => ({
      counts: ofBar,
      heights: byTone((tone) => percent(ofBar[tone] / Math.max(1, peak))),
    })),
    peak,
    secondsOfBar: (period.to - period.from) / parts,
    ticks: ticksOf(period),
    spans: storms.map(({ from, to }) => {
      const at = placeOf(from, period);
      return {
        at,
        width: percent((Math.min(to, period.to) - Math.max(from, period.from)) / lengthOf(period)),
      };
    }),
  };
}

/** In percent of the period; what lies outside is at its end. */
export function placeOf(time: number, period: Period): number {
  return percent((time - period.from) / lengthOf(period));
}

function countsOf(rows: Summary['rows'], part: number): Record<LevelTone, number> {
  return byTone((tone) =>
    rows
      .filter(({ level }) => levelTone(level) === tone)
      .reduce((total, { timeline }) => total + (timeline[part] ?? 0), 0),
  );
}

function byTone(value: (tone: LevelTone) => number): Record<LevelTone, number> {
  return { high: value('high'), middle: value('middle'), low: value('low') };
}

function sum(counts: Readonly<Record<LevelTone, number>>): number {
  return TONES.reduce((total, tone) => total + counts[tone], 0);
}

function lengthOf({ from, to }: Period): number {
  return Math.max(1, to - from);
}

function percent(share: number): number {
  return Math.min(100, Math.max(0, Math.round(share * 1000) / 10));
}
