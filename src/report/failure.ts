/** A failure as a person reads it: what happened, where, what to do next. Pure. */

import type { Failure } from '../failure.ts';
import { formatInputFailure } from './input-failure.ts';
import { quoteTerminal } from './terminal-text.ts';

/** Lines of plain text; every word that came from elsewhere is quoted for a terminal. */
export function formatFailure(failure: Failure): string[] {
  if (failure.kind === 'input') return formatInputFailure(failure);
  const image = 'image' in failure ? `${failure.image}: ` : '';
  return [
    quoteTerminal(`${image}${failure.problem}`),
    ...('log' in failure && failure.log !== undefined ? logLines(failure.log) : []),
    ...(failure.remedy === undefined ? [] : [`  → ${quoteTerminal(failure.remedy)}`]),
    ...('commands' in failure
      ? (failure.commands ?? []).map((command) => `      ${quoteTerminal(command)}`)
      : []),
  ];
}

function logLines(log: { readonly path: string; readonly tail: readonly string[] }): string[] {
  return [
    ...log.tail.map((line) => `  │ ${quoteTerminal(line)}`),
    `  the whole log: ${quoteTerminal(log.path)}`,
  ];
}
