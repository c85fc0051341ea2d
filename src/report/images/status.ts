/** What a bake would do, in words. Pure. */

import type { ImageStatus } from '../../build/status.ts';
import { quoteTerminal } from '../terminal-text.ts';
import { reasonWords } from './reason-words.ts';

/** One line for each image; of one that would be baked for several reasons, one more for each further reason. */
export function statusLines(statuses: readonly ImageStatus[]): string[] {
  const width = Math.max(0, ...statuses.map(({ image }) => image.length));
  return statuses.flatMap((status) => {
    const name = status.image.padEnd(width);
    if (status.kind !== 'would-bake') {
      const what = status.kind === 'up-to-date' ? 'up to date' : 'would verify';
      return [quoteTerminal(`${name}  ${what}: ${existingWords(status)}`)];
    }
    const [first = '', ...rest] = status.reasons.map(reasonWords);
    const indent = ' '.repeat(width);
    return [
      `${name}  would bake because ${first}`,
      ...rest.map((words) => `${indent}  and because ${words}`),
    ].map(quoteTerminal);
  });
}

function existingWords({ existing }: Exclude<ImageStatus, { kind: 'would-bake' }>): string {
  const { imageId, name, state, pending } = existing;
  return `${imageId} (${name}, ${pending ? 'which another run is making' : state})`;
}
