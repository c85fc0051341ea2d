/** The one place where text from elsewhere is made safe for Markdown. Pure. */

import { quoteTerminal } from './terminal-text.ts';

/**
 * A text as a code span on one line, also in a cell of a table: nothing in it is markup, a link, a mention
 * or HTML. What would end the span or the cell is written out (`\x60`, `\x7c`), as what nobody would see.
 * Nothing for an empty text, which no code span can hold.
 */
export function quoteMarkdown(text: string): string {
  if (text === '') return '';
  const shown = quoteTerminal(text).replaceAll('`', '\\x60').replaceAll('|', '\\x7c');
  return `\`${shown}\``;
}
