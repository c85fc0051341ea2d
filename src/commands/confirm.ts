/** What deletes, or changes running machines, is asked about. */

import type { Context } from '../context.ts';
import { fail } from '../failure.ts';

export interface Question {
  readonly question: string;
  /** What is about to happen. */
  readonly lines: readonly string[];
  /** What is said where nobody has said yes. */
  readonly problem: string;
  readonly remedy: string;
}

/** `--yes` has said it beforehand; a CI has not. @throws Failed where nobody said yes */
export async function confirm(
  { yes, reporter }: Pick<Context, 'yes' | 'reporter'>,
  { question, lines, problem, remedy }: Question,
): Promise<void> {
  if (yes || (await reporter.ask(question, lines))) return;
  fail({ kind: 'input', problem, remedy });
}
