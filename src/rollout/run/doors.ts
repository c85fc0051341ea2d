/** What a rollout needs of the world, handed in: nothing here reads a clock or opens a connection itself. */

import type { Rollouts } from '../../world/rollouts/door.ts';
import type { News } from '../watch/model.ts';

export interface Doors {
  readonly rollouts: Rollouts;
  /** Waits; ends early, without an error, when the command is interrupted. */
  readonly sleep: (seconds: number) => Promise<void>;
  readonly isInterrupted: () => boolean;
  readonly say: (group: string, news: News) => void;
}
