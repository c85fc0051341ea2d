/**
 * The refresh model: a group and its instance refresh as one state machine. Pure: state and event in, state
 * and actions out. The dry-run predicts with it, and the rehearsal's Auto Scaling runs on it. What holds it to
 * AWS is a table of worked cases, each with its source; what AWS leaves open is in `assumptions.ts`.
 */

import { type Change, unchanged } from './change.ts';
import { conduct } from './conduct.ts';
import { happened } from './events.ts';
import { maintain, type NewId } from './maintain.ts';
import { cancel, rollback, start } from './start.ts';
import type { Action, Event, Refusal, State } from './state.ts';

export interface Advance {
  readonly state: State;
  /** To be done in this order. */
  readonly actions: readonly Action[];
  /** The call is refused, and nothing has changed. */
  readonly refusal: Refusal | undefined;
}

/** The state after an event at a time, which never goes back; and what is to be done. */
export function advance(state: State, event: Event, nowSeconds: number, newId: NewId): Advance {
  const answer = answerTo(state, event, nowSeconds);
  if ('refusal' in answer) return { state, actions: [], refusal: answer.refusal };
  return { ...settle(answer, nowSeconds, newId), refusal: undefined };
}

function answerTo(state: State, event: Event, nowSeconds: number) {
  switch (event.kind) {
    case 'start':
      return start(state, event, nowSeconds);
    case 'cancel':
      return cancel(state, event.waitsForTransitions);
    case 'rollback':
      return rollback(state, nowSeconds);
    default:
      return happened(state, event, nowSeconds);
  }
}

/** Everything that follows at once: what is left waits for time or for an event. */
function settle(change: Change, nowSeconds: number, newId: NewId): Change {
  let settled = change;
  for (;;) {
    const before = settled.state;
    settled = conduct(maintain(settled, nowSeconds, newId), nowSeconds);
    if (settled.state === before) return settled;
  }
}

/** A group as the model begins with it: nothing has been done yet. */
export function idle(
  state: Omit<State, 'nextSequence' | 'launchRetryAtSeconds' | 'refresh' | 'alarms'>,
): State {
  const last = Math.max(-1, ...state.members.map(({ sequence }) => sequence));
  return {
    ...unchanged({
      ...state,
      nextSequence: last + 1,
      launchRetryAtSeconds: 0,
      refresh: undefined,
      alarms: {},
    }).state,
  };
}
