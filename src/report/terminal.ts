/** For a person at a terminal: what is being prepared, then a moving line for each image. */

import { createInterface } from 'node:readline/promises';
import type { BakeEvent, ImageOutcome } from '../events.ts';
import { type Board, type Line, openBoard } from './board.ts';
import { formatDuration } from './duration.ts';
import { outcomeWords } from './outcome.ts';
import { phaseWords } from './phases.ts';
import { plainLines } from './plain.ts';
import type { Output, Reporter } from './reporter.ts';
import { quoteTerminal } from './terminal-text.ts';

type SetupEvent = Extract<BakeEvent, { item: string }>;
type ImageEvent = Extract<BakeEvent, { image: string }>;

interface ImageLine extends Line {
  readonly startedAt: number;
  words: string;
  below: string;
}

export function terminalReporter(output: Output): Reporter {
  const images = new Map<string, ImageLine>();
  const waiting: string[] = [];
  let board: Board | undefined;
  let preparing: { readonly item: string; readonly line: Line } | undefined;

  /** What has no line of its own stands below the board, once that is drawn. */
  const flush = async () => {
    const current = board;
    await current?.drawn;
    if (board !== current) return;
    board = undefined;
    for (const line of waiting.splice(0)) output.stderr.write(`${line}\n`);
  };
  const say = (lines: readonly string[]) => {
    waiting.push(...lines);
    if (board === undefined) void flush();
  };

  const setupEvent = (event: SetupEvent) => {
    if (preparing === undefined) {
      board = openBoard([event.item], Promise.resolve(board?.drawn));
      const line = board.lines[0];
      if (line !== undefined) preparing = { item: event.item, line };
    }
    const text = `${event.item}: ${quoteTerminal(event.detail)}`;
    if (event.type === 'setup.finished' && preparing?.item === event.item) {
      preparing.line.finish(text, 'done');
      preparing = undefined;
      void flush();
    } else if (event.type === 'setup.progress')
      preparing?.line.update(event.item, quoteTerminal(event.detail));
    else preparing?.line.update(text);
  };

  const draw = (image: string, line: ImageLine) =>
    line.update(`${image}  ${formatDuration(output.now() - line.startedAt)}  ${line.words}`, line.below);

  const imageEvent = (event: ImageEvent) => {
    const line = images.get(event.image);
    if (line === undefined) return;
    if (event.type === 'image.finished') {
      images.delete(event.image);
      line.finish(
        `${event.image}  ${formatDuration(event.milliseconds)}  ${outcomeWords(event.outcome)}`,
        END[event.outcome.kind],
      );
      if (images.size === 0) void flush();
      return;
    }
    if (event.type === 'image.phase')
      Object.assign(line, { words: phaseWords(event.phase, event.step), below: '' });
    if (event.type === 'image.output') line.below = quoteTerminal(event.text);
    draw(event.image, line);
  };

  const startRun = (event: Extract<BakeEvent, { type: 'run.started' }>) => {
    board = openBoard(event.images, Promise.resolve(board?.drawn));
    const startedAt = output.now();
    event.images.forEach((image, index) => {
      const line = board?.lines[index];
      if (line !== undefined) images.set(image, { ...line, startedAt, words: 'waiting', below: '' });
    });
  };

  const ticking = setInterval(() => {
    for (const [image, line] of images) draw(image, line);
  }, 1000);

  return {
    emit: (event) => {
      if ('item' in event) setupEvent(event);
      else if ('image' in event) imageEvent(event);
      else if (event.type === 'run.started') {
        say(plainLines(event));
        startRun(event);
      } else say(plainLines(event));
    },
    result: (_value, lines) => say(lines),
    ask: async (question, details) => {
      await flush();
      return confirm(output, question, details);
    },
    close: async () => {
      clearInterval(ticking);
      await flush();
    },
  };
}

const END: Readonly<Record<ImageOutcome['kind'], 'done' | 'failed' | 'skipped'>> = {
  baked: 'done',
  'up-to-date': 'done',
  failed: 'failed',
  'not-started': 'skipped',
};

/** Anything but `y` or `yes` is a no. */
async function confirm(output: Output, question: string, details: readonly string[]): Promise<boolean> {
  for (const line of details) output.stderr.write(`  ${quoteTerminal(line)}\n`);
  const terminal = createInterface({ input: output.stdin, output: output.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
