/** The three calls: start, cancel, roll back. Pure. */

import { hasEnded } from '../model.ts';
import { type Change, toStatus, unchanged, withState } from './change.ts';
import { end, isReversible, startRollback } from './ending.ts';
import type { Event, RefreshState, Refusal, State } from './state.ts';

export type Answer = Change | { readonly refusal: Refusal };
type Start = Extract<Event, { kind: 'start' }>;

/** StartInstanceRefresh, its preferences checked already. */
export function start(state: State, event: Start, nowSeconds: number): Answer {
  const { refresh: last } = state;
  if (last !== undefined && !hasEnded(last.status)) {
    return refused(
      'InstanceRefreshInProgress',
      'An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.',
    );
  }
  const alarm = event.preferences.alarms.find((name) => (state.alarms[name] ?? 'OK') !== 'OK');
  if (alarm !== undefined) {
    // [auto-rollback] The call is an error; which one is an assumption.
    return refused('ValidationError', `The alarm ${alarm} is ${state.alarms[alarm]}: it must be OK.`);
  }
  if (event.preferences.autoRollback && !isReversible(state, event.desired)) {
    return refused(
      'ValidationError',
      'AutoRollback needs a desired configuration and a numbered launch template version on the group.',
    );
  }
  const started = toStatus(
    withState(unchanged(state), { refresh: firstState(state, event, nowSeconds) }),
    'Pending',
  );
  return lacksSupport(state, event) ? end(started, 'Failed', { kind: 'requirements' }, nowSeconds) : started;
}

/** [limitations] With attribute-based instance types, neither of the two is supported: the refresh fails. */
function lacksSupport({ configuration }: State, { desired, preferences }: Start): boolean {
  const isAttributeBased =
    configuration.mixed?.overrides.some(({ hasRequirements }) => hasRequirements) ?? false;
  return isAttributeBased && (desired !== undefined || preferences.skipMatching);
}

function firstState(state: State, { id, desired, preferences }: Start, nowSeconds: number): RefreshState {
  return {
    id,
    status: 'Pending',
    preferences,
    desired,
    startedAtSeconds: nowSeconds,
    endedAtSeconds: undefined,
    ending: undefined,
    firstNew: state.nextSequence,
    rollback: undefined,
    surge: 0,
    checkpointsPassed: 0,
    pausedUntilSeconds: undefined,
    bakingUntilSeconds: undefined,
    trouble: undefined,
    readySeen: 0,
    waitsForTransitions: true,
    final: undefined,
  };
}

/** CancelInstanceRefresh: nothing is undone, and a rollback is cancelled too. [cancel-call] */
export function cancel(state: State, waitsForTransitions: boolean): Answer {
  if (state.refresh === undefined || hasEnded(state.refresh.status)) return nothingActive();
  return toStatus(unchanged(state), 'Cancelling', { surge: 0, waitsForTransitions });
}

/** RollbackInstanceRefresh. [rollback-call] */
export function rollback(state: State, nowSeconds: number): Answer {
  const { refresh } = state;
  if (refresh === undefined || hasEnded(refresh.status)) return nothingActive();
  // That a refresh which is cancelled or on its way back counts as none is an assumption.
  if (refresh.status === 'Cancelling' || refresh.rollback !== undefined) return nothingActive();
  if (!isReversible(state, refresh.desired)) {
    return refused(
      'IrreversibleInstanceRefresh',
      'The Instance Refresh cannot be rolled back: it has no desired configuration, or the group has no numbered launch template version with an AMI id.',
    );
  }
  return startRollback(unchanged(state), refresh, { kind: 'asked' }, nowSeconds);
}

function nothingActive(): Answer {
  return refused('ActiveInstanceRefreshNotFound', 'No in progress or pending Instance Refresh found.');
}

function refused(code: Refusal['code'], message: string): Answer {
  return { refusal: { code, message } };
}
