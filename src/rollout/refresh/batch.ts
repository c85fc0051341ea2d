/**
 * The next batch of a refresh: which instances go, and how many beyond the capacity may come. Pure.
 *
 * - [overview] Instances are replaced in batches, within the minimum and the maximum, and the next one waits
 *   until the instances of the one before are healthy and warmed up.
 * - [concepts] With both at 100, one instance at a time, launched first; with a minimum of 0, all at once.
 * - [checkpoints] A checkpoint makes a batch smaller, never larger.
 * - [preferences] With fewer ready than the minimum, the operation does not go on.
 * - [limitations] Protected instances and those in standby block only when nothing else is left to replace.
 */

import { bandOf } from './band.ts';
import { type Cast, castOf, isReady } from './members.ts';
import type { Member, RefreshState, State, Trouble } from './state.ts';

export type Decision =
  /** The batch before is not through. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'replace'; readonly terminate: readonly Member[]; readonly surge: number }
  /** As much is replaced as is to be before the next checkpoint, or the end. */
  | { readonly kind: 'reached'; readonly nothingLeft: boolean; readonly fresh: number }
  | { readonly kind: 'blocked'; readonly trouble: Trouble };

/** What the refresh does next. */
export function decide(state: State, refresh: RefreshState, nowSeconds: number): Decision {
  const cast = castOf(state, refresh, nowSeconds);
  if (isBusy(cast, state, refresh, nowSeconds)) return { kind: 'busy' };
  if (cast.standby.length > 0) {
    return { kind: 'replace', terminate: cast.standby, surge: refresh.surge };
  }
  const band = bandOf(state.desiredCapacity, refresh.preferences);
  if (cast.ready.length < band.minimumReady) return { kind: 'blocked', trouble: 'too few healthy' };
  const batch = nextBatch(cast, state, refresh, nowSeconds);
  if (batch.terminate.length > 0 || batch.surge > refresh.surge) return { kind: 'replace', ...batch };
  return whyNothing(cast, state, refresh);
}

function isBusy(cast: Cast, state: State, refresh: RefreshState, nowSeconds: number): boolean {
  return (
    cast.running.length < state.desiredCapacity + refresh.surge ||
    cast.fresh.some((member) => !isReady(member, nowSeconds))
  );
}

/** As many as the band allows: old ones down to the minimum, new ones up to the maximum. */
function nextBatch(cast: Cast, state: State, refresh: RefreshState, nowSeconds: number) {
  const { desiredCapacity } = state;
  const { minimumReady, maximumRunning } = bandOf(desiredCapacity, refresh.preferences);
  const surplus = surplusOf(cast, state);
  const phase = targetOf(state, refresh) - cast.fresh.length;
  // What the surplus stands for has been launched already.
  const toLaunch = Math.max(0, Math.min(phase, cast.replaceable.length - surplus));
  const terminate = mayGo(cast, surplus + toLaunch, cast.ready.length - minimumReady, nowSeconds);
  const left = cast.running.length - terminate.length;
  return {
    terminate,
    surge: Math.max(0, Math.min(maximumRunning, left + toLaunch) - desiredCapacity),
  };
}

/** The first `most` of the old ones; of ready ones no more than `readyToSpare`. */
function mayGo(cast: Cast, most: number, readyToSpare: number, nowSeconds: number): Member[] {
  const unready = cast.replaceable.filter((member) => !isReady(member, nowSeconds)).length;
  return cast.replaceable.slice(0, Math.min(most, unready + Math.max(0, readyToSpare)));
}

function whyNothing(cast: Cast, state: State, refresh: RefreshState): Decision {
  const fresh = cast.fresh.length;
  const isThere = fresh >= targetOf(state, refresh) && surplusOf(cast, state) === 0;
  // Those in standby are beyond the capacity: all of it may be new, and some still have to be.
  const isPart = percentOf(refresh) < 100;
  const nothingLeft = cast.replaceable.length === 0 && cast.waiting.length === 0;
  if ((isThere && isPart) || nothingLeft) return { kind: 'reached', nothingLeft, fresh };
  if (cast.replaceable.length > 0) return { kind: 'blocked', trouble: 'too few healthy' };
  const inStandby = cast.waiting.some((member) => member.state === 'Standby');
  return { kind: 'blocked', trouble: inStandby ? 'standby' : 'protected' };
}

/** How many instances are to be new at the next checkpoint: at least that percentage of them. [checkpoints] */
function targetOf({ desiredCapacity }: State, refresh: RefreshState): number {
  return Math.ceil((desiredCapacity * percentOf(refresh)) / 100);
}

function percentOf({ rollback, preferences, checkpointsPassed }: RefreshState): number {
  return rollback === undefined ? (preferences.checkpointPercents[checkpointsPassed] ?? 100) : 100;
}

function surplusOf(cast: Cast, state: State): number {
  return Math.max(0, cast.running.length - state.desiredCapacity);
}
