/** For a person at a terminal: a moving line for each thing that is prepared, then one for each image. */

import { createInterface } from 'node:readline/promises';
import type { BakeEvent } from '../events.ts';
import { type Board, type Line, openBoard } from './board.ts';
import { formatDuration } from './duration.ts';
import { endOf, outcomeWords, wasWorkedOn } from './outcome.ts';
import { phaseWords } from './phases.ts';
import { plainLines } from './plain.ts';
import type { Output, Reporter } from './reporter.ts';
import { linesOn } from './screen.ts';
import { quoteTerminal } from './terminal-text.ts';

type SetupEvent = Extract<BakeEvent, { item: string }>;
type ImageEvent = Extract<BakeEvent, { image: string }>;

/** What a line that still moves says. */
interface Moving {
  readonly line: Line;
  /** Undefined while it waits. */
  startedAt: number | undefined;
  words: string;
  below: string;
}

export function terminalReporter(output: Output): Reporter {
  const moving = new Map<string, Moving>();
  const said: string[] = [];
  let board: Board | undefined;
  let hint = '';

  const write = () => {
    for (const line of said.splice(0)) output.stderr.write(`${line}\n`);
  };
  /** Boards are drawn one below the other, with what was said in between. */
  const open = (names: readonly string[], startedAt: number | undefined) => {
    board = openBoard(names, (board?.drawn ?? Promise.resolve()).then(write));
    for (const [index, line] of board.lines.entries())
      moving.set(names[index] ?? '', { line, startedAt, words: 'waiting', below: '' });
  };
  const flush = async () => {
    while (board !== undefined) {
      const current = board;
      await current.drawn;
      if (board === current) board = undefined;
    }
    write();
  };
  /** What has no line of its own is written where nothing moves. */
  const say = (lines: readonly string[]) => {
    said.push(...lines);
    if (board === undefined) write();
  };

  const draw = (name: string, { line, startedAt, words, below }: Moving) => {
    const elapsed = startedAt === undefined ? [] : [formatDuration(output.now() - startedAt), words + hint];
    line.update([name, ...(startedAt === undefined ? [words] : elapsed)].join('  '), below);
  };
  const change = (name: string, changes: Partial<Omit<Moving, 'line'>>) => {
    const found = moving.get(name);
    if (found !== undefined) draw(name, Object.assign(found, changes));
  };
  const finish = (name: string, title: string, end: 'done' | 'failed' | 'skipped') => {
    const found = moving.get(name);
    moving.delete(name);
    found?.line.finish(title, end);
    if (moving.size === 0) void flush();
  };

  const setupEvent = ({ type, item, detail }: SetupEvent) => {
    const text = quoteTerminal(detail);
    if (type === 'setup.finished') return finish(item, `${item}: ${text}`, 'done');
    if (!moving.has(item)) open([item], output.now());
    change(item, type === 'setup.started' ? { words: text } : { below: text });
  };

  const imageEvent = (event: ImageEvent) => {
    const { image } = event;
    switch (event.type) {
      case 'image.started':
        return change(image, { startedAt: output.now(), words: 'starting' });
      case 'image.phase':
        return change(image, { words: phaseWords(event.phase, event.step), below: '' });
      case 'image.output':
        return change(image, { below: quoteTerminal(event.text) });
      case 'image.stalled':
        // The line is cut where the terminal ends: what to do is said in full below, once nothing moves.
        change(image, { below: quoteTerminal(`stalled, Ctrl-C twice ends it: ${event.problem}`) });
        return say(plainLines(event));
      case 'verify.started':
        return change(image, { words: 'booting it to prove it', below: '' });
      case 'verify.finished':
        return say(plainLines(event));
      case 'image.finished': {
        const took = wasWorkedOn(event.outcome) ? [formatDuration(event.milliseconds)] : [];
        return finish(image, [image, ...took, outcomeWords(event.outcome)].join('  '), endOf(event.outcome));
      }
    }
  };

  const ticking = setInterval(() => {
    for (const [name, found] of moving) draw(name, found);
  }, 1000);

  return {
    emit: (event) => {
      if ('item' in event) setupEvent(event);
      else if ('image' in event) imageEvent(event);
      else if (event.type === 'interrupted' && moving.size > 0) {
        hint = ' (interrupted; Ctrl-C again stops at once)';
        for (const [name, found] of moving) draw(name, found);
      } else say(plainLines(event));
      if (event.type === 'run.started') open(event.images, undefined);
    },
    result: (_value, lines) => say(linesOn(output.stdout, lines)),
    ask: async (question, details) => {
      await flush();
      return confirm(output, question, details);
    },
    close: async () => {
      clearInterval(ticking);
      // Whatever failed on the way has left its line behind.
      for (const name of [...moving.keys()]) finish(name, name, 'failed');
      await flush();
    },
  };
}

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
