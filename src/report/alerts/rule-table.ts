/** Each rule in a line, with when it rang. Pure. */

import stringWidth from 'string-width';
import type { Period } from '../../alerts/model.ts';
import type { Row } from '../../alerts/row.ts';
import { cutTo, painterOf, type Tone } from '../paint.ts';
import type { Screen } from '../screen.ts';
import { quoteTerminal } from '../terminal-text.ts';
import { levelTone } from './level.ts';
import { halved, sparkline } from './sparkline.ts';
import { beforeWords, grouped, minuteOf } from './words.ts';

/** On a narrower screen, what a rule says has no room beside a whole line of blocks. */
const WIDE = 120;
const GAP = '  ';

interface Column {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly isNumber: boolean;
  readonly tone?: (row: Row) => Tone | undefined;
}

export function ruleTable(rows: readonly Row[], period: Period, screen: Screen): string[] {
  const isWide = screen.columns === undefined || screen.columns >= WIDE;
  const columns = columnsFor(rows, isWide);
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => cell(row))),
  ];
  const widths = columns.map((_, column) =>
    Math.max(...cells.map((line) => stringWidth(line[column] ?? ''))),
  );
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0);
  const paint = painterOf(screen);
  const line = (texts: readonly string[], row: Row | undefined) => {
    const parts = texts.map((text, column) => {
      const { isNumber = false, tone } = columns[column] ?? {};
      const room = ' '.repeat(Math.max(0, (widths[column] ?? 0) - stringWidth(text)));
      const own = row === undefined ? 'soft' : tone?.(row);
      const painted = own === undefined ? text : paint(own, text);
      return isNumber ? room + painted : painted + room;
    });
    const what = cutTo(
      quoteTerminal(row?.description ?? 'what'),
      restOf(screen, before + (widths.at(-1) ?? 0)),
    );
    return [...parts, row === undefined ? paint('soft', what) : what].join(GAP).trimEnd();
  };
  return [
    ...cells.map((texts, index) => line(texts, index === 0 ? undefined : rows[index - 1])),
    paint('soft', `${' '.repeat(before)}${scale(period, widths.at(-1) ?? 0)}`),
  ];
}

function columnsFor(rows: readonly Row[], isWide: boolean): Column[] {
  const isCompared = rows.some(({ isNew }) => isNew !== undefined);
  return [
    { title: 'level', cell: ({ level }) => String(level), isNumber: true, tone: (row) => toneOf(row.level) },
    { title: 'rule', cell: ({ rule }) => String(rule), isNumber: true },
    { title: 'alerts', cell: ({ count }) => grouped(count), isNumber: true },
    ...(isCompared
      ? [
          {
            ...{ title: 'before', cell: beforeWords, isNumber: true },
            tone: ({ isNew }: Row) => (isNew === true ? ('strong' as const) : undefined),
          },
        ]
      : []),
    { title: 'on', cell: ({ hosts }) => String(hosts.length), isNumber: true },
    {
      ...{ title: 'over time', isNumber: false },
      cell: ({ timeline }) => sparkline(isWide ? timeline : halved(timeline)),
    },
  ];
}

/** How a level is coloured. */
export function toneOf(level: number): Tone | undefined {
  return { high: 'bad' as const, middle: 'warning' as const, low: undefined }[levelTone(level)];
}

function restOf({ columns }: Screen, used: number): number | undefined {
  return columns === undefined ? undefined : columns - used - GAP.length;
}

/** The period below its blocks: `11-23 22:00   11-24 22:00`. */
function scale({ from, to }: Period, width: number): string {
  const [begin, end] = [minuteOf(from).slice(5), minuteOf(to).slice(5)];
  return `${begin}${' '.repeat(Math.max(1, width - begin.length - end.length))}${end}`;
}
