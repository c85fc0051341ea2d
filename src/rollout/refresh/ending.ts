/** How a refresh ends: it succeeds, fails, or is rolled back. Pure. */

import type { RefreshStatus } from '../model.ts';
import { type Change, then, toStatus } from './change.ts';
import { launchedBy, progressOf } from './progress.ts';
import type { Ending, RefreshState, State } from './state.ts';

/** [limitations] Blocked for so long, a refresh fails. */
export const PATIENCE_SECONDS = 3600;
/** [limitations] The longest that a refresh may take. */
export const LONGEST_SECONDS = 14 * 86_400;

/**
 * [rollback] A rollback needs a desired configuration, a saved one whose version is a number, and an AMI that
 * is no SSM parameter.
 */
export function isReversible(
  state: Pick<State, 'configuration' | 'imageIsParameter'>,
  desired: unknown,
): boolean {
  const { launchTemplate, mixed } = state.configuration;
  const templates = [launchTemplate, ...(mixed?.overrides ?? []).flatMap((one) => one.launchTemplate ?? [])];
  const numbered = templates.every(({ version }) => /^\d+$/.test(version));
  return desired !== undefined && numbered && !state.imageIsParameter;
}

/** Why the refresh has to fail now; undefined where it doesn't. */
export function failureOf(state: State, refresh: RefreshState, nowSeconds: number): Ending | undefined {
  const { trouble, rollback, startedAtSeconds, preferences } = refresh;
  // [auto-rollback] An alarm fails the refresh; that it does not stop the way back is an assumption.
  const alarm = preferences.alarms.find((name) => state.alarms[name] === 'ALARM');
  if (rollback === undefined && alarm !== undefined) return { kind: 'alarm', alarm };
  if (trouble !== undefined && nowSeconds >= trouble.sinceSeconds + PATIENCE_SECONDS) {
    return { kind: 'trouble', trouble: trouble.kind };
  }
  const began = rollback?.startedAtSeconds ?? startedAtSeconds;
  return nowSeconds >= began + LONGEST_SECONDS ? { kind: 'too long' } : undefined;
}

/** Fails; or, where that was asked for and can be, goes back. [auto-rollback] */
export function fail(change: Change, refresh: RefreshState, ending: Ending, nowSeconds: number): Change {
  if (refresh.rollback !== undefined) return end(change, 'RollbackFailed', ending, nowSeconds);
  const goesBack = refresh.preferences.autoRollback && isReversible(change.state, refresh.desired);
  return goesBack
    ? startRollback(change, refresh, ending, nowSeconds)
    : end(change, 'Failed', ending, nowSeconds);
}

/** [rollback] What the refresh has launched is replaced by what the group had saved. */
export function startRollback(
  change: Change,
  refresh: RefreshState,
  ending: Ending,
  nowSeconds: number,
): Change {
  const { state } = change;
  return toStatus(change, 'RollbackInProgress', {
    ending,
    surge: 0,
    pausedUntilSeconds: undefined,
    bakingUntilSeconds: undefined,
    trouble: undefined,
    readySeen: 0,
    rollback: {
      startedAtSeconds: nowSeconds,
      firstBack: state.nextSequence,
      progressAtStart: progressOf(state, refresh, nowSeconds),
      toReplaceAtStart: launchedBy(state, refresh).length,
    },
  });
}

/** [start] Only a success saves the desired configuration on the group. */
export function succeed(change: Change, refresh: RefreshState, nowSeconds: number): Change {
  if (refresh.rollback !== undefined) {
    return end(change, 'RollbackSuccessful', refresh.ending, nowSeconds);
  }
  const ended = end(change, 'Successful', undefined, nowSeconds);
  const { desired } = refresh;
  if (desired === undefined) return ended;
  return then(ended, { kind: 'save', configuration: desired }, { configuration: desired });
}

/** Ends with a status. */
export function end(
  change: Change,
  status: RefreshStatus,
  ending: Ending | undefined,
  nowSeconds: number,
): Change {
  const { refresh } = change.state;
  if (refresh === undefined) return change;
  return toStatus(change, status, {
    ending,
    endedAtSeconds: nowSeconds,
    surge: 0,
    trouble: undefined,
    pausedUntilSeconds: undefined,
    bakingUntilSeconds: undefined,
    final: progressOf(change.state, refresh, nowSeconds),
  });
}
