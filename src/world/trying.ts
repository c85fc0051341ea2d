/** Calls that AWS refuses for a while: made again, with patience. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Failed } from '../failure.ts';

const PAUSE_MILLISECONDS = 3000;

/** Between two attempts; ends with an error where it is aborted. */
export type Pause = (signal?: AbortSignal) => Promise<unknown>;

export const pauseAWhile: Pause = (signal) => sleep(PAUSE_MILLISECONDS, undefined, { signal });

export interface Patience {
  /** Codes of errors that go away. */
  readonly again: RegExp;
  readonly times: number;
  readonly pause: () => Promise<unknown>;
}

export async function trying({ again, times, pause }: Patience, call: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= times || !isCoded(error, again)) throw error;
      await pause();
    }
  }
}

function isCoded(error: unknown, codes: RegExp): boolean {
  if (!(error instanceof Failed)) return false;
  return error.failures.some((failure) => failure.kind === 'aws' && codes.test(failure.code));
}
