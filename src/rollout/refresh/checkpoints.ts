/** Which checkpoints are behind. Pure. */

import { type Change, withRefresh } from './change.ts';
import { castOf, isReady } from './members.ts';
import type { RefreshState } from './state.ts';

/** How many checkpoints that many new instances are enough for: some may be passed at once. */
export function passedBy(fresh: number, desiredCapacity: number, { preferences }: RefreshState): number {
  return preferences.checkpointPercents.filter((percent) => 100 * fresh >= percent * desiredCapacity).length;
}

/**
 * [checkpoint-considerations] When the group grows, a checkpoint can be reached again, with its wait. What is
 * launched then is new; so it is until those are ready that the group falls short of the checkpoint.
 */
export function reopen(change: Change, nowSeconds: number): Change {
  const { refresh, desiredCapacity } = change.state;
  if (refresh === undefined || refresh.rollback !== undefined) return change;
  const { fresh } = castOf(change.state, refresh, nowSeconds);
  const ready = fresh.filter((member) => isReady(member, nowSeconds)).length;
  const passed = passedBy(ready, desiredCapacity, refresh);
  if (passed >= refresh.checkpointsPassed) return change;
  return withRefresh(change, { checkpointsPassed: passed, pausedUntilSeconds: undefined });
}
