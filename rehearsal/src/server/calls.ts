/** The calls that were answered: one line of log each, and a list for tests. */

export interface RecordedCall {
  /** `ec2:RunInstances` */
  readonly action: string;
  readonly region: string;
  /** `ok`, or the code of the error that it was answered with. */
  readonly outcome: string;
}

/** Writes one line, without a line end. */
export type Log = (line: string) => void;

const KEPT = 10_000;

export class Calls {
  readonly #log: Log;
  #recorded: RecordedCall[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  record(call: RecordedCall, milliseconds: number): void {
    this.#recorded.push(call);
    if (this.#recorded.length > KEPT) this.#recorded = this.#recorded.slice(-KEPT / 2);
    this.#log(`${call.action} ${call.region} ${call.outcome} ${Math.round(milliseconds)} ms`);
  }

  list(): readonly RecordedCall[] {
    return this.#recorded;
  }

  clear(): void {
    this.#recorded = [];
  }
}
