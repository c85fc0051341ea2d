/** How far a refresh is. Pure. */

import { castOf, isReady, standingOf } from './members.ts';
import type { Progress, RefreshState, State } from './state.ts';

/**
 * [refresh] An instance counts in the percentage once it is healthy and warmed up, and as updated once its
 * replacement is launched. During a rollback the percentage falls to zero, and the other number is of those
 * that the refresh has not touched.
 */
export function progressOf(state: State, refresh: RefreshState, nowSeconds: number): Progress {
  if (refresh.final !== undefined) return refresh.final;
  const { rollback } = refresh;
  if (rollback === undefined) return onTheWay(state, refresh, nowSeconds);
  const { progressAtStart, toReplaceAtStart } = rollback;
  const left = leftToReplace(state, refresh);
  const share = toReplaceAtStart === 0 ? 0 : left / toReplaceAtStart;
  return {
    percentComplete: Math.floor(progressAtStart.percentComplete * share),
    instancesToUpdate: progressAtStart.instancesToUpdate + toReplaceAtStart - left,
  };
}

function onTheWay(state: State, refresh: RefreshState, nowSeconds: number): Progress {
  const launched = launchedBy(state, refresh);
  const done = launched.filter((member) => isReady(member, nowSeconds)).length;
  const { running } = castOf(state, refresh, nowSeconds);
  const surplus = Math.max(0, running.length - state.desiredCapacity);
  const instancesToUpdate = Math.max(0, leftToReplace(state, refresh) - surplus);
  const all = launched.length + instancesToUpdate;
  return { percentComplete: all === 0 ? 100 : Math.floor((100 * done) / all), instancesToUpdate };
}

/** The instances of a refresh that are pending or in service. */
export function launchedBy(state: State, refresh: RefreshState) {
  return state.members.filter(
    (member) =>
      member.sequence >= refresh.firstNew && (member.state === 'Pending' || member.state === 'InService'),
  );
}

function leftToReplace(state: State, refresh: RefreshState): number {
  return state.members.filter((member) => {
    const standing = standingOf(member, refresh, state);
    return standing === 'replaceable' || standing === 'waiting';
  }).length;
}
