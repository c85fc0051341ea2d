/** A command's context whose reporter remembers. */

import type { Context } from '../../src/context.ts';
import type { BakeEvent } from '../../src/events.ts';
import { PLAIN } from '../../src/report/screen.ts';

export interface RememberedContext {
  readonly context: Context;
  readonly events: readonly BakeEvent[];
  /** What the command's result was, for machines and for people. */
  readonly results: ReadonlyArray<{ readonly value: unknown; readonly lines: readonly string[] }>;
}

export function testContext(parts: Partial<Context> = {}): RememberedContext {
  const events: BakeEvent[] = [];
  const results: Array<{ value: unknown; lines: readonly string[] }> = [];
  const context: Context = {
    environment: {},
    workingFolder: '/',
    reporter: {
      emit: (event) => events.push(event),
      result: (value, lines) =>
        results.push({ value, lines: typeof lines === 'function' ? lines(PLAIN) : lines }),
      ask: async () => false,
      close: async () => {},
    },
    yes: false,
    mayInstall: false,
    signal: new AbortController().signal,
    killSignal: new AbortController().signal,
    whenInterrupted: () => {},
    now: () => new Date('2026-07-01T00:00:00.000Z'),
    ...parts,
  };
  return { context, events, results };
}
