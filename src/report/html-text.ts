/** What is shown in a page of HTML. Pure. */

import { quoteTerminal } from './terminal-text.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * The text as text, in an element or in a quoted attribute that is neither an address nor a script: no tag, no
 * entity and no invisible character of it survives, and it stays on one line.
 */
export function quoteHtml(text: string): string {
  return quoteTerminal(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
