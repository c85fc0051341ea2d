/** What shows events: one for a terminal, one for a CI log, one for machines. */

import type { Emit } from '../events.ts';
import type { Screen } from './screen.ts';

export interface Reporter {
  readonly emit: Emit;
  /** The result of a command that prints one: a document for people, the same as a value for machines. */
  readonly result: (value: unknown, lines: Lines) => void;
  /** Asks on a terminal; elsewhere the answer is no. */
  readonly ask: (question: string, details: readonly string[]) => Promise<boolean>;
  /** Everything is written when this ends. */
  readonly close: () => Promise<void>;
}

/** Lines of text, or how they are on a screen. */
export type Lines = readonly string[] | ((screen: Screen) => readonly string[]);

/** Where a reporter writes to. */
export interface Output {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly stdin: NodeJS.ReadStream;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
