/** How a rollout has ended, for people. Pure; every text that AWS or others wrote is quoted for a terminal. */

import { formatDuration } from '../report/duration.ts';
import { quoteTerminal } from '../report/terminal-text.ts';
import { counted } from './preflight/facts.ts';
import type { Outcome, OutcomeKind, VersionOf } from './run/outcome.ts';

const WORDS: Readonly<Record<OutcomeKind, string>> = {
  done: 'done',
  failed: 'failed',
  'rolled-back': 'rolled back',
  cancelled: 'cancelled',
  'under-way': 'still under way',
  'not-started': 'not started',
};

export function describeOutcome(outcome: Outcome): string[] {
  const { group, kind, refresh, durationSeconds, why, failures, before, after } = outcome;
  const time = durationSeconds === undefined ? '' : ` after ${formatDuration(durationSeconds * 1000)}`;
  const isNothing = kind === 'done' && refresh === undefined;
  return [
    quoteTerminal(`${group}: ${isNothing ? 'nothing to do' : WORDS[kind]}${time}`),
    ...(why === undefined ? [] : [quoteTerminal(`  because ${why}`)]),
    ...failures.flatMap(({ problem, remedy }) => [
      quoteTerminal(`  ${problem}`),
      ...(remedy === undefined ? [] : [quoteTerminal(`  → ${remedy}`)]),
    ]),
    ...(refresh === undefined ? [] : [`  ${instances(outcome)}`]),
    ...(before === undefined || after === undefined
      ? []
      : [quoteTerminal(`  ${versions(kind, before, after)}`)]),
    ...advice(outcome),
  ];
}

function instances({ kind, replaced, kept }: Outcome): string {
  const left = kind === 'done' ? 'skipped' : 'left as they were';
  return `${counted(replaced.length, 'instance')} replaced, ${kept.length} ${left}`;
}

function versions(kind: OutcomeKind, before: VersionOf, after: VersionOf): string {
  const [from, to] = [words(before), words(after)];
  // It goes back to what the group has saved all the while, or was joined after its end.
  if (before.version === after.version) return kind === 'done' ? `all on ${to}` : `not yet all on ${to}`;
  if (kind === 'done') return `from ${from} to ${to}`;
  return kind === 'rolled-back' ? `back on ${from}, from ${to}` : `from ${from}, not yet all on ${to}`;
}

function words({ version, imageId }: VersionOf): string {
  return imageId === undefined ? `version ${version}` : `version ${version} (${imageId})`;
}

/** What can be done next. */
function advice({ group, kind, refresh }: Outcome): string[] {
  if (kind === 'under-way') {
    return [
      quoteTerminal(`  → AWS goes on by itself; watch it from anywhere: bake rollout watch --group ${group}`),
      quoteTerminal(`  → to go back: bake rollout undo --group ${group}`),
    ];
  }
  const isMixed = refresh !== undefined && (kind === 'failed' || kind === 'cancelled');
  const said = kind === 'cancelled' ? 'nothing is undone; to go back' : 'go back';
  return isMixed ? [quoteTerminal(`  → ${said}: bake rollout undo --group ${group}`)] : [];
}
