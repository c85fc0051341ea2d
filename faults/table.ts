/** The table of what was tried. Pure. */

import type { Case, Tried } from './model.ts';

export interface Result {
  readonly tried: number;
  /** How many trials the case has, and how many of them were made. */
  readonly trials: number;
  readonly made: number;
  readonly survived: number;
  readonly lost: number;
  /** Exit code → trials; `signal` where one has ended bake. */
  readonly exitCodes: Readonly<Record<string, number>>;
  /** Of the newest trial: its day, and the code of `src/` that all count for. */
  readonly on: string;
  readonly code: string;
  /** The first of what was lost: trial and words. */
  readonly losses: readonly string[];
}

const SHOWN = 10;

/** Of one case, which has `planned` trials. */
export function count(trials: readonly Tried[], planned: number): Result {
  const verdicts = trials.map(({ verdict }) => verdict);
  const tried = sum(verdicts.map((verdict) => verdict.tried ?? 1));
  const lost = sum(
    verdicts.map((verdict) =>
      verdict.survived ? 0 : Math.min(verdict.tried ?? 1, Math.max(1, verdict.lost.length)),
    ),
  );
  const codes = verdicts.map(({ exitCode }) => String(exitCode ?? 'signal'));
  const exitCodes = Object.fromEntries(
    [...new Set(codes)].sort().map((code) => [code, codes.filter((other) => other === code).length]),
  );
  const losses = trials.flatMap(({ trial, verdict }) => verdict.lost.map((words) => `${trial}: ${words}`));
  const on =
    trials
      .map((trial) => trial.on)
      .sort()
      .at(-1) ?? '';
  return {
    ...{ tried, trials: planned, made: trials.length, survived: tried - lost, lost, exitCodes, on },
    code: trials.at(-1)?.code ?? '',
    losses: losses.slice(0, SHOWN),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

type Described = Pick<Case, 'name' | 'what'>;

/** As Markdown, in the order of the cases. A case that was never tried says so. */
export function resultsPage(cases: readonly Described[], results: Readonly<Record<string, Result>>): string {
  return [
    '# Results of `npm run faults`',
    '',
    'Written by the run itself; [how to read and repeat it](README.md). The code is the tree of `src/` that a case was tried with.',
    '',
    '| case | what | tried | survived | lost | exit codes | on | code |',
    '|---|---|---|---|---|---|---|---|',
    ...cases.map((one) => line(one, results[one.name])),
    '',
    ...cases.flatMap(({ name }) =>
      (results[name]?.losses ?? []).map((loss) => `- **${name}** ${loss.replaceAll(/\s+/g, ' ')}`),
    ),
    '',
  ].join('\n');
}

function line({ name, what }: Described, result: Result | undefined): string {
  if (result === undefined) return `| ${name} | ${what} | never run | | | | | |`;
  const { tried, trials, made, survived, lost, exitCodes, on, code } = result;
  const left = made < trials ? ` (${trials - made} of ${trials} trials are still to be made)` : '';
  const codes = Object.entries(exitCodes).map(([code, times]) => `${code}: ${times}`);
  return `| ${name} | ${what} | ${tried}${left} | ${survived} | ${lost === 0 ? '0' : `**${lost}**`} | ${codes.join(', ')} | ${on} | ${code} |`;
}
