/** How an image ended, in words. */

import type { ImageOutcome } from '../events.ts';
import { quoteTerminal } from './terminal-text.ts';

export function outcomeWords(outcome: ImageOutcome): string {
  switch (outcome.kind) {
    case 'baked':
      return `baked ${outcome.imageId} (${outcome.imageName}, ${outcome.state})`;
    case 'up-to-date':
      return `up to date: ${outcome.imageId} (${outcome.imageName}, ${outcome.state})`;
    case 'failed': {
      const { kind, problem } = outcome.failure;
      return `${kind === 'interrupted' ? '' : 'failed: '}${quoteTerminal(problem)}`;
    }
    case 'not-started':
      return `not started: ${outcome.reason}`;
  }
}

/** Whether a builder ran for it, so that the time that it took means something. */
export function wasWorkedOn({ kind }: ImageOutcome): boolean {
  return kind === 'baked' || kind === 'failed';
}

/** How a line of an image ends. */
export function endOf({ kind }: ImageOutcome): 'done' | 'failed' | 'skipped' {
  if (kind === 'failed') return 'failed';
  return kind === 'not-started' ? 'skipped' : 'done';
}
