/** What each instance is to the refresh that is active: to be replaced, new, or none of its business. Pure. */

import { hasEnded } from '../model.ts';
import { matches } from './matching.ts';
import type { Member, RefreshState, State } from './state.ts';

/** Pending or in service: what the maximum counts. */
export function isRunning({ state }: Member): boolean {
  return state === 'Pending' || state === 'InService';
}

/** In service, healthy and warmed up: what the minimum counts. [maintenance-policy] */
export function isReady({ state, health, warmAtSeconds }: Member, nowSeconds: number): boolean {
  return (
    state === 'InService' &&
    health === 'Healthy' &&
    warmAtSeconds !== undefined &&
    warmAtSeconds <= nowSeconds
  );
}

/** The refresh, while it launches from its desired configuration: not once it is cancelled or rolled back. */
export function activeRefresh({ refresh }: State): RefreshState | undefined {
  const isActive = refresh !== undefined && !hasEnded(refresh.status) && refresh.status !== 'Cancelling';
  return isActive ? refresh : undefined;
}

/** What an instance would be launched from now. */
export function currentConfiguration(state: State) {
  const refresh = activeRefresh(state);
  return refresh?.rollback === undefined ? (refresh?.desired ?? state.configuration) : state.configuration;
}

/**
 * Whether the refresh, or its rollback, is about to replace this instance. A refresh is for what was there
 * when it started, but for what matches where that is skipped; a rollback is for what the refresh launched.
 */
export function isOutdated(member: Member, refresh: RefreshState, state: State): boolean {
  const { rollback, firstNew, preferences, desired } = refresh;
  if (rollback !== undefined) return member.sequence >= firstNew && member.sequence < rollback.firstBack;
  if (member.sequence >= firstNew) return false;
  return !(preferences.skipMatching && matches(member, desired ?? state.configuration));
}

/** `waiting`: it is to be replaced once someone has changed it, and blocks the end until then. */
export type Standing = 'new' | 'replaceable' | 'waiting' | 'ignored' | 'leaving';

export function standingOf(member: Member, refresh: RefreshState, state: State): Standing {
  if (member.state === 'Terminating') return 'leaving';
  if (!isOutdated(member, refresh, state)) return 'new';
  const { scaleInProtected, standby } = refresh.preferences;
  if (member.state === 'Standby' && standby !== 'Terminate')
    return standby === 'Wait' ? 'waiting' : 'ignored';
  if (member.scaleInProtected && scaleInProtected !== 'Refresh') {
    return scaleInProtected === 'Wait' ? 'waiting' : 'ignored';
  }
  return 'replaceable';
}

/** The instances by what they are to the refresh. */
export interface Cast {
  /** Pending or in service, and to be replaced: first those that are not ready, then in the order of launch. */
  readonly replaceable: readonly Member[];
  /** In standby, and to be terminated. */
  readonly standby: readonly Member[];
  readonly waiting: readonly Member[];
  readonly fresh: readonly Member[];
  readonly ready: readonly Member[];
  readonly running: readonly Member[];
}

export function castOf(state: State, refresh: RefreshState, nowSeconds: number): Cast {
  const standings = state.members.map((member) => [member, standingOf(member, refresh, state)] as const);
  const all = (wanted: Standing) =>
    standings.filter(([, standing]) => standing === wanted).map(([member]) => member);
  const running = state.members.filter(isRunning);
  const replaceable = all('replaceable');
  return {
    replaceable: replaceable.filter(isRunning).toSorted((one, other) => rank(one) - rank(other)),
    standby: replaceable.filter((member) => member.state === 'Standby'),
    waiting: all('waiting'),
    fresh: all('new').filter(isRunning),
    ready: running.filter((member) => isReady(member, nowSeconds)),
    running,
  };
  function rank(member: Member): number {
    return member.sequence + (isReady(member, nowSeconds) ? state.nextSequence : 0);
  }
}
