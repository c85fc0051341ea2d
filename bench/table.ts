/** The table of what was measured. Pure. */

import type { Result, Row } from './model.ts';

type Kept = Readonly<Record<string, Result>>;

/** As Markdown, in the order of the rows. A row that was never measured says so. */
export function resultsPage(rows: readonly Omit<Row, 'measure'>[], kept: Kept, machine: string): string {
  return [
    '# Results of `npm run bench`',
    '',
    `${machine}. Written by the benchmark; [how to read and repeat it](README.md).`,
    'The load is that of the machine in the minute before or after, what the row itself does included.',
    '',
    '| row | figure | goal | measured | met | on | load |',
    '|---|---|---|---|---|---|---|',
    ...rows.map((row) => line(row, kept[row.name])),
    '',
    ...rows.flatMap(({ name }) => notes(name, kept[name])),
    '',
  ].join('\n');
}

function line({ name, what, goal, needsOssec }: Omit<Row, 'measure'>, result: Result | undefined): string {
  const missing = needsOssec === true ? 'never run: needs BAKE_OSSEC_TARBALL' : 'never run';
  if (result === undefined) return `| ${name} | ${what} | ${goal} | ${missing} | | | |`;
  return `| ${name} | ${what} | ${goal} | ${result.figure} | ${result.met ? 'yes' : '**no**'} | ${result.on} | ${Math.max(...result.load)} |`;
}

function notes(name: string, result: Result | undefined): string[] {
  if (result?.note === undefined) return [];
  return [`- **${name}**: ${result.note}`];
}
