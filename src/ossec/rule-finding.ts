/** What is wrong with a file of rules, and where. Pure. */

import type { InputFailure } from '../failure.ts';
import { locationOf } from '../fleet/document.ts';
import type { Range } from '../fleet/finding.ts';

export interface RuleFinding {
  /** A warning works in OSSEC, but is likely not meant. */
  readonly level: 'failure' | 'warning';
  /** Offsets into the file. */
  readonly range: Range;
  /** One sentence without a final full stop. */
  readonly problem: string;
  readonly remedy: string;
}

export function refused(range: Range, problem: string, remedy: string): RuleFinding {
  return { level: 'failure', range, problem, remedy };
}

export function doubtful(range: Range, problem: string, remedy: string): RuleFinding {
  return { level: 'warning', range, problem, remedy };
}

/** The findings of one level, in the order of the file. `file` is its path as the user knows it. */
export function placed(
  file: string,
  text: string,
  findings: readonly RuleFinding[],
  level: RuleFinding['level'],
): InputFailure[] {
  return findings
    .filter((finding) => finding.level === level)
    .toSorted((a, b) => a.range[0] - b.range[0])
    .map(({ range, problem, remedy }) => ({
      kind: 'input',
      at: locationOf(file, text, range),
      problem,
      remedy,
    }));
}
