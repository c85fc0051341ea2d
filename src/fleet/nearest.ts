/** "Did you mean": pure. */

import { closest, distance } from 'fastest-levenshtein';

/** The candidate that was likely meant: another spelling of the same words, or a few letters off. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0 || word.length > 100) return undefined;
  const same = candidates.find((candidate) => bare(candidate) === bare(word));
  if (same !== undefined) return same;
  const near = closest(word, candidates);
  return distance(word, near) <= Math.max(1, Math.floor(word.length / 3)) ? near : undefined;
}

function bare(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}
