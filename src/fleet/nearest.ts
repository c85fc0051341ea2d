/** "Did you mean": pure. */

import { closest, distance } from 'fastest-levenshtein';

/** The candidate that was likely meant: the same letters in another order or spelling, or a few letters off. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0 || word.length > 100) return undefined;
  const same = candidates.find((candidate) => letters(candidate) === letters(word));
  if (same !== undefined) return same;
  const near = closest(word, candidates);
  return distance(word, near) <= Math.max(1, Math.floor(word.length / 3)) ? near : undefined;
}

/** Sorted: letters that changed places are the most common slip. */
function letters(text: string): string {
  return (
    text
      .toLowerCase()
      .match(/[a-z0-9]/g)
      ?.toSorted()
      .join('') ?? ''
  );
}
