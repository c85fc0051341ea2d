/** How an image ended, in words. */

import type { ImageOutcome } from '../events.ts';
import { quoteTerminal } from './terminal-text.ts';

export function outcomeWords(outcome: ImageOutcome): string {
  switch (outcome.kind) {
    case 'baked':
      return `baked ${outcome.imageId} (${outcome.imageName}, ${outcome.state})`;
    case 'up-to-date':
      return `up to date: ${outcome.imageId} (${outcome.imageName}, ${outcome.state})`;
    case 'failed':
      return `failed: ${quoteTerminal(outcome.failure.problem)}`;
    case 'not-started':
      return `not started: ${outcome.reason}`;
  }
}
