/** How much of a YAML text its parser may be given: what it makes of one character can take a kilobyte. Pure. */

import { Lexer } from 'yaml';
import type { Range } from './finding.ts';

/** Far above what a fleet needs; a parser takes 100 MB for so many. */
const MOST_TOKENS = 200_000;

/** The lexer marks the beginning of documents and texts by characters of its own. */
const MARKS = new Set(['\u0002', '\u0018', '\u001f', '\ufeff']);

/** Where the first part lies that is too much; undefined where a parser can read it all. */
export function tooMuchYaml(text: string): Range | undefined {
  if (text.length < MOST_TOKENS) return undefined;
  let count = 0;
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    if (!MARKS.has(token)) offset += token.length;
    count += 1;
    if (count > MOST_TOKENS) return [Math.min(offset, text.length) - 1, Math.min(offset, text.length)];
  }
  return undefined;
}
