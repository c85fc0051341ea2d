/** What many verifications come to, against their goals. Pure. */

import { corePercent } from '../src/report/verify/lines.ts';
import type { VerifyReport } from '../src/verify/model.ts';
import { secondsOf } from '../src/verify/words.ts';

export interface Figure {
  readonly what: string;
  readonly measured: string;
  readonly goal: string;
  readonly met: boolean;
}

const SLOWEST_SECONDS = 180;
const VERIFY_SECONDS = 300;
const CORE_PERCENT = 10;

/** `wanted`: how many there should be. */
export function figuresOf(reports: readonly VerifyReport[], wanted: number): Figure[] {
  const alarms = reports.flatMap((report) => report.alarms);
  const rang = alarms.filter(({ problem }) => problem === undefined);
  const noise = sum(reports.map((report) => report.noise.length));
  const slowest = Math.max(0, ...alarms.map(secondsOf));
  const longest = Math.max(0, ...reports.map(({ milliseconds }) => milliseconds / 1000));
  const scans = Math.max(0, ...reports.map(({ boot }) => boot?.seconds ?? Number.POSITIVE_INFINITY));
  const core = Math.max(0, ...reports.map(({ boot }) => (boot === undefined ? 100 : corePercent(boot))));
  const golden = reports.filter(({ verdict }) => verdict === 'golden').length;
  return [
    figure('boots that proved their image', `${golden} of ${wanted}`, 'all', golden === wanted),
    figure('false alerts', String(noise), '0', noise === 0),
    figure(
      'tampering found',
      `${rang.length} of ${alarms.length}`,
      'all',
      alarms.length > 0 && rang.length === alarms.length,
    ),
    figure(
      'slowest alarm, until its hook was to be told',
      seconds(slowest),
      `≤ ${SLOWEST_SECONDS} s`,
      slowest <= SLOWEST_SECONDS,
    ),
    figure('from boot to the end of the first scans', seconds(scans), 'none', Number.isFinite(scans)),
    figure(
      "OSSEC's daemons until then, of one core",
      `${core} %`,
      `≤ ${CORE_PERCENT} %`,
      core <= CORE_PERCENT,
    ),
    figure('a whole verification', seconds(longest), `≤ ${VERIFY_SECONDS} s`, longest <= VERIFY_SECONDS),
  ];
}

/** As Markdown, the worst of all boots in each row. */
export function proveTable(figures: readonly Figure[]): string {
  const rows = figures.map(
    ({ what, measured, goal, met }) => `| ${what} | ${measured} | ${goal} | ${met ? 'yes' : '**no**'} |`,
  );
  return ['| worst of all boots | measured | goal | met |', '|---|---|---|---|', ...rows].join('\n');
}

function figure(what: string, measured: string, goal: string, met: boolean): Figure {
  return { what, measured, goal, met };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function seconds(value: number): string {
  return `${Math.round(value * 10) / 10} s`;
}
