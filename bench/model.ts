/** What the table is made of. */

import type { EC2Client } from '@aws-sdk/client-ec2';

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

export interface Ended {
  readonly exitCode: number | undefined;
  readonly seconds: number;
  readonly events: readonly Event[];
}

/** One line of `--json`. */
export type Event = Readonly<Record<string, unknown>> & { readonly type: string };

/** What rows measure in. All of it is gone afterwards. */
export interface World {
  readonly scratch: string;
  /** The published package, installed: its folder. */
  readonly packaged: () => Promise<string>;
  /** A rehearsal of its own, started by the first row that asks. */
  readonly rehearsal: () => Promise<Rehearsing>;
  readonly say: (line: string) => void;
}

export interface Rehearsing {
  /** `bake ARGS --json --rehearse --yes` in a folder. */
  readonly bake: (
    args: readonly string[],
    folder: string,
    environment?: Readonly<Record<string, string>>,
  ) => Promise<Ended>;
  /** The environment in which Packer reaches it. */
  readonly environment: Readonly<Record<string, string>>;
  /** `service:Action` of each call since it was last asked. */
  readonly calls: () => Promise<string[]>;
  readonly ec2: EC2Client;
}
