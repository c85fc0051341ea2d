/** Columns of text for a terminal. Pure. */

import stringWidth from 'string-width';
import { quoteTerminal } from './terminal-text.ts';

/**
 * Rows with their columns two blanks apart, each as wide as its widest cell is on a terminal. The last one
 * is not padded. Cells are quoted.
 */
export function table(rows: readonly (readonly string[])[]): string[] {
  const quoted = rows.map((row) => row.map(quoteTerminal));
  const widths = (quoted[0] ?? []).map((_, column) =>
    quoted.reduce((widest, row) => Math.max(widest, stringWidth(row[column] ?? '')), 0),
  );
  return quoted.map((row) =>
    row
      .map((cell, column) => `${cell}${' '.repeat((widths[column] ?? 0) - stringWidth(cell))}`)
      .join('  ')
      .trimEnd(),
  );
}
