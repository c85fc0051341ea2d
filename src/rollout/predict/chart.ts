/** Capacity over time as a drawing of at most 80 columns. Pure. */

import { formatDuration } from '../../report/duration.ts';
import type { Capacity, Prediction } from './predict.ts';

const LABEL = 6;
const WIDTH = 72;
const MOST_ROWS = 12;

const NEW = '█';
const OLD = '▒';
const UNREADY = '░';

export const LEGEND = `${NEW} new, ready   ${OLD} old, ready   ${UNREADY} launching or warming up`;

/** The drawing; nothing for a refresh that takes no time. */
export function chart(prediction: Prediction): string[] {
  const { durationSeconds, highestRunning } = prediction;
  if (durationSeconds === 0 || highestRunning === 0) return [];
  const step = Math.ceil(highestRunning / MOST_ROWS);
  const rows = Math.ceil(highestRunning / step);
  const columns = Array.from({ length: WIDTH }, (_, index) => column(prediction, index));
  return [
    ...Array.from({ length: rows }, (_, index) => row(prediction, columns, rows - index, step)),
    `${' '.repeat(LABEL - 1)}└${'─'.repeat(WIDTH)}`,
    ...marks(prediction),
    axis(durationSeconds),
  ];
}

/** The worst of a column's time: the fewest that are ready, the most that run. */
interface Column {
  readonly readyNew: number;
  readonly ready: number;
  readonly running: number;
}

function column({ capacity, durationSeconds }: Prediction, index: number): Column {
  const from = (durationSeconds * index) / WIDTH;
  const to = (durationSeconds * (index + 1)) / WIDTH;
  const during = capacity.filter(({ atSeconds }) => atSeconds > from && atSeconds < to);
  const before = capacity.findLast(({ atSeconds }) => atSeconds <= from);
  const seen = before === undefined ? during : [before, ...during];
  const worst = seen.reduce((one, other) => (ready(other) < ready(one) ? other : one));
  return {
    readyNew: worst.readyNew,
    ready: ready(worst),
    running: Math.max(...seen.map((one) => ready(one) + one.unready)),
  };
}

function ready({ readyNew, readyOld }: Capacity): number {
  return readyNew + readyOld;
}

/** A row stands for `step` instances, and counts as ready when all of them are. */
function row(prediction: Prediction, columns: readonly Column[], number: number, step: number): string {
  const top = number * step;
  const cells = columns.map(({ readyNew, ready: isReady, running }) => {
    if (readyNew >= top) return NEW;
    if (isReady >= Math.min(top, running) && isReady > top - step) return OLD;
    return running > top - step ? UNREADY : ' ';
  });
  return `${label(prediction, top, step)}┤${cells.join('')}`.trimEnd();
}

/** Rows that say something: the highest, the desired capacity and the minimum. */
function label(
  { highestRunning, desiredCapacity, minimumReady }: Prediction,
  top: number,
  step: number,
): string {
  const shown = [highestRunning, desiredCapacity, minimumReady].find(
    (count) => count <= top && count > top - step && count > 0,
  );
  return `${shown ?? ''} `.padStart(LABEL - 1);
}

/** Where the refresh waits at a checkpoint, or bakes. */
function marks({ pauses, bakeSeconds, durationSeconds }: Prediction): string[] {
  const at = (seconds: number) => Math.round((seconds / durationSeconds) * WIDTH);
  const cells = Array.from({ length: WIDTH }, () => ' ');
  for (const { atSeconds, untilSeconds } of pauses) cells.fill('c', at(atSeconds), at(untilSeconds));
  cells.fill('b', at(durationSeconds - bakeSeconds), WIDTH);
  const line = cells.join('').trimEnd();
  if (line === '') return [];
  const words = [
    ...(pauses.length > 0 ? ['c waits at a checkpoint'] : []),
    ...(bakeSeconds > 0 ? ['b bakes'] : []),
  ];
  return [`${' '.repeat(LABEL)}${line}`, `${' '.repeat(LABEL)}${words.join('   ')}`];
}

function axis(durationSeconds: number): string {
  const [start, middle, end] = [0, durationSeconds / 2, durationSeconds].map((seconds) =>
    formatDuration(seconds * 1000),
  );
  const half = Math.floor(WIDTH / 2);
  const left = `${start}`.padEnd(half - Math.floor(`${middle}`.length / 2));
  return `${' '.repeat(LABEL)}${`${left}${middle}`.padEnd(WIDTH - `${end}`.length)}${end}`;
}
