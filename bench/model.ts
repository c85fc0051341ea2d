/** What the table is made of. */

import type { OwnRehearsal } from '../test/support/own-rehearsal.ts';

export interface Measured {
  /** What was measured, in words. */
  readonly figure: string;
  readonly met: boolean;
  /** What else there is to know: the floor, what the time went into, what was not done. */
  readonly note?: string;
  /** The numbers behind it, with their units in their names. */
  readonly numbers: Readonly<Record<string, number>>;
}

export interface Row {
  readonly name: string;
  /** What is measured, for the table. */
  readonly what: string;
  readonly goal: string;
  /** Compiles OSSEC itself, from the tarball of BAKE_OSSEC_TARBALL. */
  readonly needsOssec?: boolean;
  readonly measure: (world: World) => Promise<Measured>;
}

/** A row as it is kept. */
export interface Result extends Measured {
  /** Day of the measurement, ISO 8601. */
  readonly on: string;
  /** Of this machine in the minute before and in that after. */
  readonly load: readonly [before: number, after: number];
}

/** What rows measure in. All of it is gone afterwards. */
export interface World {
  readonly scratch: string;
  /** The published package, installed: its folder. */
  readonly packaged: () => Promise<string>;
  /** A rehearsal of its own, started by the first row that asks. */
  readonly rehearsal: () => Promise<OwnRehearsal>;
  readonly say: (line: string) => void;
}
