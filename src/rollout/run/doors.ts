/** What a rollout needs of the world, handed in: nothing here reads a clock or opens a connection itself. */

import type { Rollouts } from '../../world/rollouts/model.ts';
import type { Check, CheckPlace, CheckResult } from '../checks/model.ts';
import type { News } from '../watch/model.ts';

export interface Doors {
  readonly rollouts: Rollouts;
  /** Waits; ends early, without an error, when the command is interrupted. */
  readonly sleep: (seconds: number) => Promise<void>;
  readonly nowSeconds: () => number;
  readonly isInterrupted: () => boolean;
  readonly say: (group: string, news: News) => void;
  /** Carries out one check, within its limit. What goes wrong with it is its result. */
  readonly check: (check: Check, place: CheckPlace) => Promise<CheckResult>;
}
