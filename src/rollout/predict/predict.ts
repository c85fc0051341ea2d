/**
 * What a refresh is going to do to a group: the model, run in an imagined world in which everything goes well.
 * Pure. Only the times are guesses; what the model assumes is named with the prediction.
 */

import type { Configuration, Group, RefreshStatus } from '../model.ts';
import type { Preferences } from '../preferences.ts';
import type { Assumption } from '../refresh/assumptions.ts';
import { bandOf } from '../refresh/band.ts';
import { castOf, isReady, isRunning, standingOf } from '../refresh/members.ts';
import type { Member, State } from '../refresh/state.ts';
import { assumptionsOf } from './assumed.ts';
import { type Moment, type Simulation, simulate } from './simulate.ts';
import { stateOf, type Timing } from './state-of.ts';

/** How many instances there are from a moment on. Seconds are counted from the start of the refresh. */
export interface Capacity {
  readonly atSeconds: number;
  /** In service, healthy, warmed up, and new. */
  readonly readyNew: number;
  readonly readyOld: number;
  /** Pending, or warming up. */
  readonly unready: number;
}

export interface Batch {
  readonly atSeconds: number;
  readonly terminated: readonly string[];
  readonly launched: number;
}

export interface Pause {
  readonly percent: number;
  readonly atSeconds: number;
  readonly untilSeconds: number;
}

export interface Prediction {
  readonly status: RefreshStatus;
  readonly durationSeconds: number;
  readonly desiredCapacity: number;
  /** As few have to be ready, and as many may run. */
  readonly minimumReady: number;
  readonly maximumRunning: number;
  readonly lowestReady: number;
  readonly highestRunning: number;
  readonly batches: readonly Batch[];
  readonly pauses: readonly Pause[];
  readonly bakeSeconds: number;
  /** Instances that stay as they are, because they match or are to be left alone. */
  readonly untouched: readonly string[];
  /** Instances that the refresh waits for, in vain unless someone changes them. */
  readonly waitedFor: readonly string[];
  readonly capacity: readonly Capacity[];
  readonly assumptions: readonly Assumption[];
}

/** Predicts a refresh of `group` to `desired`. The group has to have a configuration to launch from. */
export function predict(
  group: Group & { readonly configuration: Configuration },
  desired: Configuration,
  preferences: Preferences,
  timing: Timing,
): Prediction {
  const before = stateOf(group, preferences.warmupSeconds, timing);
  const simulation = simulate(before, {
    launch: () => ({ seconds: timing.launchSeconds }),
    terminateSeconds: timing.terminateSeconds,
    lingerSeconds: 0,
    events: [
      {
        atSeconds: 0,
        event: { kind: 'start', id: 'predicted', desired, preferences: withoutAlarms(preferences) },
      },
    ],
  });
  const capacity = simulation.moments.map((moment) => capacityAt(moment));
  const { minimumReady, maximumRunning } = bandOf(group.desiredCapacity, preferences);
  return {
    status: simulation.state.refresh?.status ?? 'Failed',
    durationSeconds: simulation.state.refresh?.endedAtSeconds ?? 0,
    desiredCapacity: group.desiredCapacity,
    minimumReady,
    maximumRunning,
    lowestReady: Math.min(...capacity.map(readyOf)),
    highestRunning: Math.max(...capacity.map((one) => readyOf(one) + one.unready)),
    batches: batchesOf(simulation),
    pauses: pausesOf(simulation),
    bakeSeconds: bakeOf(simulation),
    ...leftOf(before, simulation),
    capacity,
    assumptions: assumptionsOf(group, preferences, simulation),
  };
}

function readyOf({ readyNew, readyOld }: Capacity): number {
  return readyNew + readyOld;
}

/** No alarm goes off in a prediction, and that one might does not change it. */
function withoutAlarms(preferences: Preferences): Preferences {
  return { ...preferences, alarms: [], autoRollback: false };
}

function capacityAt({ atSeconds, state }: Moment): Capacity {
  const running = state.members.filter(isRunning);
  const ready = running.filter((member) => isReady(member, atSeconds));
  const { refresh } = state;
  const isNew = (member: Member) => refresh !== undefined && standingOf(member, refresh, state) === 'new';
  const readyNew = ready.filter(isNew).length;
  return { atSeconds, readyNew, readyOld: ready.length - readyNew, unready: running.length - ready.length };
}

/** A moment in which anything was launched, or replaced. */
function batchesOf({ moments }: Simulation): Batch[] {
  return moments.flatMap(({ atSeconds, actions }) => {
    const terminated = actions.flatMap((action) => (action.kind === 'terminate' ? [action.instance] : []));
    const launched = actions.filter(({ kind }) => kind === 'launch').length;
    return terminated.length + launched === 0 ? [] : [{ atSeconds, terminated, launched }];
  });
}

function pausesOf({ actions }: Simulation): Pause[] {
  return actions.flatMap(({ atSeconds, action }) =>
    action.kind === 'checkpoint'
      ? [{ percent: action.percent, atSeconds, untilSeconds: action.untilSeconds }]
      : [],
  );
}

function bakeOf({ actions, state }: Simulation): number {
  const start = actions.find(({ action }) => action.kind === 'status' && action.status === 'Baking');
  const end = state.refresh?.endedAtSeconds;
  return start === undefined || end === undefined ? 0 : end - start.atSeconds;
}

function leftOf({ members }: State, { state, moments }: Simulation) {
  const there = new Set(state.members.map(({ id }) => id));
  const last = moments.findLast(({ state: { refresh } }) => refresh?.status === 'InProgress');
  const waiting = new Set(
    last?.state.refresh === undefined
      ? []
      : castOf(last.state, last.state.refresh, last.atSeconds).waiting.map(({ id }) => id),
  );
  const left = members.map(({ id }) => id).filter((id) => there.has(id));
  return {
    untouched: left.filter((id) => !waiting.has(id)),
    waitedFor: left.filter((id) => waiting.has(id)),
  };
}
