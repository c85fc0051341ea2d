/** What a sweep needs to know of a command. */

import type { Control, startBake } from '../../test/support/own-rehearsal.ts';
import type { World } from '../model.ts';
import type { Stock } from '../stock.ts';

export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const;
export type Signal = (typeof SIGNALS)[number];

/** A command that is ended once at each of its calls. */
export interface Swept {
  readonly name: string;
  readonly what: string;
  readonly open: (world: World) => Promise<Scene>;
}

/** Where the command is run again and again. */
export interface Scene {
  /** In which bake, and all that it starts, has its working folder. */
  readonly folder: string;
  readonly control: Control;
  /** Makes everything as it was before the first trial. */
  readonly reset: () => Promise<void>;
  readonly start: () => ReturnType<typeof startBake>;
  readonly stock: () => Promise<Stock>;
  /** What is wrong where bake has said that its work is done. */
  readonly undone: () => Promise<readonly string[]>;
  /** The next ordinary commands; returns what is wrong after them. `isThorough`: also where that takes long. */
  readonly recover: (before: Stock, isThorough: boolean) => Promise<readonly string[]>;
}
