/** One step of the refresh itself: from batch to batch, over checkpoints and bake time to its end. Pure. */

import { type Decision, decide } from './batch.ts';
import { type Change, terminate, then, toStatus, withRefresh } from './change.ts';
import { passedBy } from './checkpoints.ts';
import { end, fail, failureOf, succeed } from './ending.ts';
import { castOf, isReady } from './members.ts';
import { launchedBy } from './progress.ts';
import type { RefreshState, Trouble } from './state.ts';

/** What the refresh does now. The same state, where it has to wait. */
export function conduct(change: Change, nowSeconds: number): Change {
  const { refresh } = change.state;
  switch (refresh?.status) {
    case 'Pending':
      return toStatus(change, 'InProgress');
    case 'Cancelling':
      return cancelling(change, refresh, nowSeconds);
    case 'InProgress':
    case 'RollbackInProgress':
    case 'Baking':
      return underWay(change, refresh, nowSeconds);
    default:
      return change;
  }
}

/** [cancel] It waits for what is under way, or lets that go on in the background. */
function cancelling(change: Change, refresh: RefreshState, nowSeconds: number): Change {
  const underWay = change.state.members.some(({ state }) => state === 'Pending' || state === 'Terminating');
  if (underWay && refresh.waitsForTransitions) return change;
  return end(change, 'Cancelled', { kind: 'asked' }, nowSeconds);
}

function underWay(change: Change, refresh: RefreshState, nowSeconds: number): Change {
  const ready = readyNow(change, refresh, nowSeconds);
  if (ready !== refresh.readySeen) {
    const isProgress = ready > refresh.readySeen && refresh.trouble !== undefined;
    return withRefresh(change, { readySeen: ready, ...(isProgress ? { trouble: undefined } : {}) });
  }
  const failure = failureOf(change.state, refresh, nowSeconds);
  if (failure !== undefined) return fail(change, refresh, failure, nowSeconds);
  if (refresh.status === 'Baking') return bake(change, refresh, nowSeconds);
  if (refresh.pausedUntilSeconds !== undefined) {
    if (nowSeconds < refresh.pausedUntilSeconds) return change;
    return withRefresh(change, { pausedUntilSeconds: undefined });
  }
  return replace(change, refresh, nowSeconds);
}

function readyNow(change: Change, refresh: RefreshState, nowSeconds: number): number {
  return castOf(change.state, refresh, nowSeconds).fresh.filter((member) => isReady(member, nowSeconds))
    .length;
}

function replace(change: Change, refresh: RefreshState, nowSeconds: number): Change {
  const decision = decide(change.state, refresh, nowSeconds);
  switch (decision.kind) {
    case 'busy':
      return change;
    case 'blocked':
      return blocked(change, refresh, decision.trouble, nowSeconds);
    case 'replace':
      return startBatch(change, refresh, decision);
    case 'reached':
      return reached(change, refresh, decision, nowSeconds);
  }
}

function blocked(change: Change, refresh: RefreshState, kind: Trouble, nowSeconds: number): Change {
  if (refresh.trouble !== undefined) return change;
  return withRefresh(change, { trouble: { kind, sinceSeconds: nowSeconds } });
}

/** [auto-rollback] No instance is replaced while an alarm lacks data. */
function startBatch(
  change: Change,
  refresh: RefreshState,
  { terminate: leaving, surge }: Extract<Decision, { kind: 'replace' }>,
): Change {
  if (isStalled(change, refresh)) return change;
  const started = withRefresh(change, { surge, trouble: undefined });
  return leaving.reduce((changed, { id }) => terminate(changed, id, 'refresh'), started);
}

/** Whether an alarm that the refresh heeds lacks data. A way back heeds none. */
export function isStalled({ state }: Pick<Change, 'state'>, refresh: RefreshState): boolean {
  if (refresh.rollback !== undefined) return false;
  return refresh.preferences.alarms.some((name) => state.alarms[name] === 'INSUFFICIENT_DATA');
}

/** [checkpoint-usage] At the last checkpoint the refresh is over; at the others it waits. */
function reached(
  change: Change,
  refresh: RefreshState,
  { nothingLeft, fresh }: Extract<Decision, { kind: 'reached' }>,
  nowSeconds: number,
): Change {
  const { checkpointPercents, checkpointDelaySeconds } = refresh.preferences;
  const passed = passedBy(fresh, change.state.desiredCapacity, refresh);
  const last = checkpointPercents[passed - 1] ?? 0;
  const isLast = passed === checkpointPercents.length && last < 100;
  if (nothingLeft || isLast) return finish(change, refresh, nowSeconds);
  const atCheckpoint = withRefresh(change, { checkpointsPassed: passed, surge: 0, trouble: undefined });
  // What was skipped may be enough for a checkpoint: that nothing is waited for then is an assumption.
  if (launchedBy(change.state, refresh).length === 0 || last === 100) return atCheckpoint;
  const untilSeconds = nowSeconds + checkpointDelaySeconds;
  return then(withRefresh(atCheckpoint, { pausedUntilSeconds: untilSeconds }), {
    kind: 'checkpoint',
    percent: last,
    untilSeconds,
  });
}

/** Nothing is left to replace: what is leaving goes, and the bake time begins where anything was replaced. */
function finish(change: Change, refresh: RefreshState, nowSeconds: number): Change {
  const { state } = change;
  if (state.members.some((member) => member.state === 'Terminating')) return change;
  const { bakeSeconds } = refresh.preferences;
  const bakes = refresh.rollback === undefined && bakeSeconds > 0 && launchedBy(state, refresh).length > 0;
  if (!bakes) return succeed(change, refresh, nowSeconds);
  return toStatus(change, 'Baking', { bakingUntilSeconds: nowSeconds + bakeSeconds, surge: 0 });
}

/** It ends with everything healthy, however long that takes. */
function bake(change: Change, refresh: RefreshState, nowSeconds: number): Change {
  const { fresh } = castOf(change.state, refresh, nowSeconds);
  const allReady = fresh.every((member) => isReady(member, nowSeconds));
  const isOver = nowSeconds >= (refresh.bakingUntilSeconds ?? 0);
  return isOver && allReady ? succeed(change, refresh, nowSeconds) : change;
}
