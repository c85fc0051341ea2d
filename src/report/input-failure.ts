/** A mistake in a file of the user's: its place, the line with a marker under it, what would be right. Pure. */

import stringWidth from 'string-width';
import type { InputFailure, SourceLocation } from '../failure.ts';
import { quoteTerminal } from './terminal-text.ts';

/** Columns of a line that are shown; of longer ones, those around the mistake. */
const WIDEST = 100;
/** How much of a long line is shown before the mistake. */
const BEFORE = 30;

/**
 * Lines of plain text for a mistake or, with `level` warning, for what is likely one. The file's text
 * is quoted for a terminal, and the marker stands under what is shown of it.
 */
export function formatInputFailure(
  failure: InputFailure,
  level: 'failure' | 'warning' = 'failure',
): string[] {
  const place = failure.at === undefined ? '' : `${placeOf(failure.at)}: `;
  const problem = level === 'warning' ? `warning: ${failure.problem}` : failure.problem;
  return [
    quoteTerminal(`${place}${problem}`),
    ...(failure.at === undefined ? [] : markedLine(failure.at)),
    ...(failure.remedy === undefined ? [] : [`  → ${quoteTerminal(failure.remedy)}`]),
  ];
}

function placeOf({ file, line, column }: SourceLocation): string {
  return `${file}:${line}:${column}`;
}

function markedLine({ text, column, length }: SourceLocation): string[] {
  if (text.trim() === '') return [];
  const start = column - 1;
  const isLong = text.length > WIDEST;
  const from = isLong ? wholeCharacter(text, Math.max(0, start - BEFORE)) : 0;
  const to = isLong ? wholeCharacter(text, from + WIDEST) : text.length;
  const before = `${from > 0 ? '…' : ''}${quoteTerminal(text.slice(from, start))}`;
  const marked = quoteTerminal(text.slice(start, Math.min(start + length, to)));
  const after = `${quoteTerminal(text.slice(Math.min(start + length, to), to))}${to < text.length ? '…' : ''}`;
  // Some letters join what stands before them: measured as they stand in the line.
  const left = stringWidth(`    ${before}`);
  const right = stringWidth(`    ${before}${marked}`);
  return [`    ${before}${marked}${after}`, `${' '.repeat(left)}${'~'.repeat(Math.max(1, right - left))}`];
}

/** The offset itself, or one less where it would cut a surrogate pair in two. */
function wholeCharacter(text: string, offset: number): number {
  const isLowHalf = /[\uDC00-\uDFFF]/.test(text.charAt(offset));
  return isLowHalf && /[\uD800-\uDBFF]/.test(text.charAt(offset - 1)) ? offset - 1 : offset;
}
