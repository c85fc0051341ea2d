/** When the model wants to be told of the time. Pure. */

import { LONGEST_SECONDS, PATIENCE_SECONDS } from './ending.ts';
import { activeRefresh, isRunning } from './members.ts';
import type { RefreshState, State } from './state.ts';

/** The next moment at which time alone changes something; undefined where only an event can. */
export function nextDeadline(state: State, nowSeconds: number): number | undefined {
  const refresh = activeRefresh(state);
  const moments = [
    ...state.members.flatMap(({ warmAtSeconds }) => warmAtSeconds ?? []),
    ...(lacksInstances(state, refresh) ? [state.launchRetryAtSeconds] : []),
    ...(refresh === undefined ? [] : ofRefresh(refresh)),
  ].filter((moment) => moment > nowSeconds);
  return moments.length === 0 ? undefined : Math.min(...moments);
}

function lacksInstances(state: State, refresh: RefreshState | undefined): boolean {
  return state.members.filter(isRunning).length < state.desiredCapacity + (refresh?.surge ?? 0);
}

function ofRefresh(refresh: RefreshState): number[] {
  const { pausedUntilSeconds, bakingUntilSeconds, trouble, rollback, startedAtSeconds } = refresh;
  return [
    ...(pausedUntilSeconds === undefined ? [] : [pausedUntilSeconds]),
    ...(bakingUntilSeconds === undefined ? [] : [bakingUntilSeconds]),
    ...(trouble === undefined ? [] : [trouble.sinceSeconds + PATIENCE_SECONDS]),
    (rollback?.startedAtSeconds ?? startedAtSeconds) + LONGEST_SECONDS,
  ];
}
