/** How far the reading of files is, for whoever waits: nothing of what takes a moment, few lines of the rest. */

import type { Emit } from '../events.ts';
import type { AlertSource } from '../world/alert-sources.ts';

/** What takes less is not worth a word. */
const A_MOMENT = 2000;
/** Where nobody knows how much there will be. */
const UNKNOWN_STEP = 256e6;
const STEPS = 10;

interface Saying {
  readonly emit: Emit;
  readonly now: () => Date;
}

export interface Progress {
  /** So much of the file that is being read has gone by. */
  readonly read: (bytes: number) => void;
  readonly next: () => void;
  readonly end: () => void;
}

export function openProgress({ emit, now }: Saying, sources: readonly AlertSource[]): Progress {
  const known = sources.map(({ bytes }) => bytes);
  const total = known.every((bytes) => bytes !== undefined) ? sum(known) : undefined;
  const step = total === undefined ? UNKNOWN_STEP : total / STEPS;
  const item = 'alerts';
  const startedAt = now().getTime();
  let isSaid = false;
  let before = 0;
  let current = 0;
  let steps = 0;
  const say = () => {
    isSaid = true;
    emit({ type: 'setup.started', item, detail: `reading ${wordsOf(sources, total)}` });
  };
  // Whoever has to type it, or to end it, must know.
  if (total === undefined) say();
  return {
    read: (bytes) => {
      current = bytes;
      if (!isSaid && now().getTime() - startedAt < A_MOMENT) return;
      if (!isSaid) say();
      if (before + current < (steps + 1) * step) return;
      steps = Math.floor((before + current) / step);
      const part = total === undefined ? '' : ` of ${megabytes(total)}`;
      emit({ type: 'setup.progress', item, detail: `${megabytes(before + current)}${part}` });
    },
    next: () => {
      before += current;
      current = 0;
    },
    end: () => {
      if (isSaid) emit({ type: 'setup.finished', item, detail: `read ${wordsOf(sources, before)}` });
    },
  };
}

function wordsOf(sources: readonly AlertSource[], bytes: number | undefined): string {
  const [only] = sources;
  const what = sources.length === 1 && only !== undefined ? only.name : `${sources.length} files`;
  return bytes === undefined ? what : `${what}, ${megabytes(bytes)}`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
