/** Times at which a scale over a period is labelled. Pure. */

import type { Period } from '../../alerts/model.ts';

export interface Tick {
  /** In percent of the period. */
  readonly at: number;
  /** UTC: `06:00`, and at midnight `Nov 24`. */
  readonly label: string;
}

const MOST = 6;
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 4, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((days) => days * DAY),
];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** At round times, as many as have room; none for a moment, or for longer than anybody keeps alerts. */
export function ticksOf({ from, to }: Period): Tick[] {
  const step = STEPS.find((seconds) => (to - from) / seconds <= MOST);
  if (step === undefined) return [];
  const first = Math.ceil(from / step) * step;
  const count = Math.max(0, Math.floor((to - first) / step) + 1);
  return Array.from({ length: count }, (_, index) => first + index * step).map((time) => ({
    at: Math.round(((time - from) / (to - from)) * 1000) / 10,
    label: labelOf(time),
  }));
}

function labelOf(time: number): string {
  const date = new Date(time * 1000);
  if (time % DAY !== 0) return date.toISOString().slice(11, 16);
  return `${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}`;
}
