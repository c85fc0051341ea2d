/** The end of rollouts: a summary, and the exit code of the gravest outcome. */

import type { Context } from '../context.ts';
import { EXIT, type ExitCode, fail, interruption } from '../failure.ts';
import { describeOutcome } from '../rollout/describe-outcome.ts';
import type { Outcome, OutcomeKind } from '../rollout/run/outcome.ts';

const CODES: Readonly<Record<OutcomeKind, ExitCode>> = {
  done: EXIT.done,
  failed: EXIT.failed,
  'rolled-back': EXIT.rolledBack,
  cancelled: EXIT.cancelled,
  'under-way': EXIT.interrupted,
  'not-started': EXIT.failed,
};

/** Gravest first. What was not started is the fault of another. */
const ORDER: readonly OutcomeKind[] = [
  'under-way',
  'failed',
  'rolled-back',
  'cancelled',
  'not-started',
  'done',
];

/** `asked`: what the command was to lead to, and so is no failure of it. */
export function report(
  context: Context,
  outcomes: readonly Outcome[],
  asked: readonly OutcomeKind[] = [],
): ExitCode {
  context.reporter.result(outcomes, outcomes.flatMap(describeOutcome));
  const gravest = ORDER.find((kind) => outcomes.some((one) => one.kind === kind && !asked.includes(kind)));
  const code = gravest === undefined ? EXIT.done : CODES[gravest];
  if (code === EXIT.interrupted || (code === EXIT.failed && context.signal.aborted))
    fail(interruption(goingOn(outcomes)));
  return code;
}

/** What AWS does without bake, and how to get back to it. */
function goingOn(outcomes: readonly Outcome[]): Parameters<typeof interruption>[0] {
  const groups = outcomes.filter(({ kind }) => kind === 'under-way').map(({ group }) => group);
  if (groups.length === 0) return {};
  const named = `--group ${groups.join(' ')}`;
  return {
    problem: `interrupted, and AWS goes on with ${groups.join(', ')}`,
    remedy: `watch it from anywhere: \`bake rollout watch ${named}\`; to go back: \`bake rollout undo ${named}\``,
  };
}
