/** A verification for a terminal or a CI log. Pure. */

import type { VerifyReport } from '../../verify/model.ts';
import { allWrong, secondsOf, slowest } from '../../verify/words.ts';
import { formatDuration } from '../duration.ts';
import { quoteTerminal } from '../terminal-text.ts';

/** What was found in a few lines, and each thing that is wrong in one or two. */
export function verifyLines(report: VerifyReport): string[] {
  return [
    `${report.role}: ${report.imageName} ${verdictWords(report)} (verified in ${formatDuration(report.milliseconds)})`,
    ...summary(report).map((line) => `  ${quoteTerminal(line)}`),
    ...allWrong(report).flatMap(({ what, remedy }) => [
      `  ✖ ${quoteTerminal(what)}`,
      ...(remedy === undefined ? [] : [`    → ${quoteTerminal(remedy)}`]),
    ]),
  ];
}

function verdictWords({ verdict }: VerifyReport): string {
  if (verdict === 'golden') return 'is golden';
  if (verdict === 'failed') return 'is not golden';
  return 'is unproven: its OSSEC is the stand-in, which hears nothing, so nothing was tampered with';
}

function summary({ boot, noise, hygiene, checks, alarms, leftOut }: VerifyReport): string[] {
  const good = (results: readonly { readonly problems: readonly string[] }[]) =>
    `${results.filter(({ problems }) => problems.length === 0).length} of ${results.length}`;
  const rang = alarms.filter(({ problem }) => problem === undefined);
  const slow = slowest(rang);
  return [
    ...(boot === undefined
      ? []
      : [
          `quiet: ${noise.length} alerts until the first scans ended, ${boot.seconds} s after the boot (${corePercent(boot)} % of a core)`,
        ]),
    `hygiene: ${good(hygiene)} well`,
    ...(checks.length === 0 ? [] : [`own checks: ${good(checks)} passed`]),
    ...(slow === undefined
      ? []
      : [
          `loud: ${rang.length} of ${alarms.length} alarms rang, the slowest after ${secondsOf(slow)} s: ${slow.name}`,
        ]),
    ...leftOut.map(({ name, because }) => `left out: ${name}: ${because}`),
  ];
}

/** Of the time until the first scans ended. */
export function corePercent({ seconds, daemonsCpuSeconds }: NonNullable<VerifyReport['boot']>): number {
  return seconds === 0 ? 0 : Math.round((daemonsCpuSeconds / seconds) * 1000) / 10;
}
