/** What the table is made of. */

import type { Bake, OwnRehearsal } from '../test/support/own-rehearsal.ts';

/** One row of the table. */
export interface Case {
  readonly name: string;
  /** What is tried, for the table. */
  readonly what: string;
  /** Names of trials that `npm test` runs, too: few and fast. */
  readonly sample?: readonly string[];
  /** The names of all trials; may do a clean run first, to learn what there is to break. */
  readonly trials: (world: World) => Promise<readonly string[]>;
  readonly attempt: (world: World, trial: string) => Promise<Verdict>;
}

export interface Verdict {
  readonly survived: boolean;
  /** Undefined where a signal has ended bake. */
  readonly exitCode?: number | undefined;
  /** What bake said: the first failure, and what it advises. */
  readonly message?: string | undefined;
  /** What is wrong, in words; empty where it survived. */
  readonly lost: readonly string[];
  /** Where one trial is thousands of inputs. */
  readonly tried?: number;
}

/** A trial as it is kept. */
export interface Tried {
  readonly case: string;
  readonly trial: string;
  /** Of `src/`: a trial counts for the code that it was made with. */
  readonly code: string;
  /** Day of the trial, ISO 8601. */
  readonly on: string;
  readonly verdict: Verdict;
}

/** What cases are tried in. All of it is gone afterwards. */
export interface World {
  readonly scratch: string;
  /** `bake ARGS --json` of this clone in a folder. */
  readonly bake: Bake;
  /** A rehearsal of its own, started by the first case that asks. */
  readonly rehearsal: () => Promise<OwnRehearsal>;
  /** What bake needs in its environment to find that rehearsal. */
  readonly environment: Readonly<Record<string, string>>;
  readonly say: (line: string) => void;
  /** Done when all cases are over, the last first. */
  readonly atEnd: (end: () => Promise<unknown>) => void;
}
