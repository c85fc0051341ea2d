/** What is different in two images, for a terminal and for a pull request. Pure. */

import { type InventoryDiff, isSame } from '../../images/diff.ts';
import { quoteMarkdown } from '../markdown-text.ts';
import { table } from '../table.ts';
import { quoteTerminal } from '../terminal-text.ts';
import { diffSections, type Section } from './diff-sections.ts';

/** `from` and `to` name the images. */
export interface Named {
  readonly from: string;
  readonly to: string;
}

const NOTHING = 'Nothing is different inside.';

export function diffText({ from, to }: Named, diff: InventoryDiff): string[] {
  const title = quoteTerminal(`${from} → ${to}`);
  if (isSame(diff)) return [title, NOTHING];
  return [title, ...diffSections(diff).flatMap(sectionText)];
}

function sectionText({ title, rows, remark }: Section): string[] {
  return [
    '',
    title,
    ...table(rows).map((line) => `  ${line}`),
    ...(remark === undefined ? [] : [`  ${remark}`]),
  ];
}

export function diffMarkdown({ from, to }: Named, diff: InventoryDiff): string[] {
  const title = `### ${quoteMarkdown(from)} → ${quoteMarkdown(to)}`;
  if (isSame(diff)) return [title, '', NOTHING];
  return [title, ...diffSections(diff).flatMap(sectionMarkdown)];
}

function sectionMarkdown({ title, columns, rows, remark }: Section): string[] {
  const lines = [
    `| ${columns.join(' | ')} |`,
    `|${columns.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${row.map(quoteMarkdown).join(' | ')} |`),
  ];
  return [
    '',
    `#### ${title}`,
    ...(rows.length === 0 ? [] : ['', ...lines]),
    ...(remark === undefined ? [] : ['', remark]),
  ];
}
