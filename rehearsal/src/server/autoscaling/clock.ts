/** The clock of the groups: nobody waits an hour for a checkpoint in a rehearsal. */

import { z } from 'zod';
import { AwsError } from '../aws-error.ts';

const AHEAD = z.strictObject({ aheadSeconds: z.number().nonnegative() });

export class GroupClock {
  readonly #now: () => Date;
  #aheadSeconds = 0;

  constructor(now: () => Date) {
    this.#now = now;
  }

  now(): Date {
    return new Date(this.#now().getTime() + this.#aheadSeconds * 1000);
  }

  nowSeconds(): number {
    return this.now().getTime() / 1000;
  }

  get aheadSeconds(): number {
    return this.#aheadSeconds;
  }

  /** Reads what a test sent: `{"aheadSeconds": 3600}`. The clock goes on, never back. @throws AwsError */
  set(json: string): void {
    const parsed = AHEAD.safeParse(parse(json));
    if (!parsed.success) throw new AwsError('ValidationError', z.prettifyError(parsed.error));
    this.#aheadSeconds = Math.max(this.#aheadSeconds, parsed.data.aheadSeconds);
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
