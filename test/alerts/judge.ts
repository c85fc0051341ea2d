/** From alerts to what is said of them, as `bake alerts` does. */

import type { Happening } from '../../src/alerts/model.ts';
import { readAlert } from '../../src/alerts/read-alert.ts';
import { type Judged, summarize } from '../../src/alerts/summarize.ts';
import { Tally } from '../../src/alerts/tally.ts';
import { alertLine, type Wanted } from './support.ts';

export const NOW = 1_793_520_000;
export const PERIOD = { from: NOW - 86_400, to: NOW, previousFrom: NOW - 2 * 86_400 };

export function judged(
  alerts: readonly Wanted[],
  hostCount: number,
  happenings: readonly Happening[] = [],
): Judged {
  const tally = new Tally(PERIOD);
  for (const wanted of alerts) {
    const alert = readAlert(alertLine(wanted));
    if (alert) tally.add(alert, 'f');
  }
  return summarize(tally.result(), { period: PERIOD, hostCount, happenings });
}

/** One on each of so many hosts. */
export function on(hosts: number, wanted: (n: number) => Wanted): Wanted[] {
  return Array.from({ length: hosts }, (_, n) => ({ ...wanted(n), host: `i-${n}` }));
}
