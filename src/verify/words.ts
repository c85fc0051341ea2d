/** What a verification has found, in words. Pure; texts of machines in it are untrusted, and not quoted yet. */

import type { AlarmResult, CheckResult, Findings, Noise } from './model.ts';

/** `2 alerts on a quiet boot, 1 alarm that did not ring`; empty where all is well. */
export function inShort({ noise, hygiene, checks, alarms }: Findings): string {
  const bad = (results: readonly CheckResult[]) =>
    results.filter(({ problems }) => problems.length > 0).length;
  const counts: ReadonlyArray<readonly [number, string, string]> = [
    [noise.length, 'alert on a quiet boot', 'alerts on a quiet boot'],
    [bad(hygiene), 'thing that a golden image must not have', 'things that a golden image must not have'],
    [bad(checks), 'failed check', 'failed checks'],
    [
      alarms.filter(({ problem }) => problem !== undefined).length,
      'alarm that did not ring as it should',
      'alarms that did not ring as they should',
    ],
  ];
  return counts
    .flatMap(([count, one, many]) => (count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]))
    .join(', ');
}

/** One thing that is wrong, and what to do about it. */
export interface Wrong {
  readonly what: string;
  readonly remedy: string | undefined;
}

/** All that keeps the image from being golden. */
export function allWrong({ noise, hygiene, checks, alarms }: Findings): Wrong[] {
  return [
    ...noise.map(noiseWrong),
    ...[...hygiene, ...checks].flatMap(({ name, problems }) =>
      problems.map((problem) => ({ what: `${name}: ${problem}`, remedy: undefined })),
    ),
    ...alarms.flatMap(alarmWrong),
  ];
}

function noiseWrong({ alert, declare }: Noise): Wrong {
  const [line = ''] = alert.log.split('\n');
  const what = `rule ${alert.rule} (level ${alert.level}, ${alert.description}): ${line || alert.file}`;
  return { what, remedy: declare };
}

function alarmWrong({ name, did, problem }: AlarmResult): Wrong[] {
  if (problem === undefined) return [];
  return [{ what: `${name}${did === '' ? '' : ` (${did})`}: ${problem}`, remedy: undefined }];
}

/** The slowest alarm, until its hook was to be told; undefined where none rang. */
export function slowest(alarms: readonly AlarmResult[]): AlarmResult | undefined {
  return alarms.toSorted((a, b) => secondsOf(b) - secondsOf(a))[0];
}

export function secondsOf({ seconds, hookSeconds }: AlarmResult): number {
  return Math.max(seconds ?? 0, hookSeconds ?? 0);
}
