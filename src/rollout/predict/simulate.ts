/**
 * The refresh model in a world that is only imagined: launches and terminations take the time that they are
 * given. Pure; a minute's work of AWS takes no time here.
 */

import { hasEnded } from '../model.ts';
import { advance } from '../refresh/advance.ts';
import { nextDeadline } from '../refresh/deadline.ts';
import type { Action, Event, Refusal, State } from '../refresh/state.ts';

/** What becomes of the launch at a position in the order of launches. */
export interface Launch {
  /** Until it is in service, lifecycle hooks included, or until it fails. */
  readonly seconds: number;
  readonly fails?: boolean;
  /** In service it turns unhealthy after so long. */
  readonly unhealthyAfterSeconds?: number;
}

export interface Imagined {
  readonly launch: (sequence: number) => Launch;
  readonly terminateSeconds: number;
  /** How long to look on after the refresh has ended. */
  readonly lingerSeconds: number;
  /** What else happens. */
  readonly events: readonly TimedEvent[];
}

export interface TimedEvent {
  readonly atSeconds: number;
  readonly event: Event;
}

export interface TimedAction {
  readonly atSeconds: number;
  readonly action: Action;
}

/** Something changed: the state after it, and what the model asked for. */
export interface Moment {
  readonly atSeconds: number;
  readonly state: State;
  readonly actions: readonly Action[];
}

export interface Simulation {
  readonly moments: readonly Moment[];
  readonly actions: readonly TimedAction[];
  readonly refusals: readonly Refusal[];
  readonly state: State;
}

/** More than any refresh of 14 days needs: reached only if the model went in circles. */
const MOST_STEPS = 1_000_000;

/**
 * Lets the model run until its refresh has ended, and on for a while.
 * @throws Error where it does not come to an end: that is a bug of the model
 */
export function simulate(state: State, imagined: Imagined): Simulation {
  const queue = new Queue(imagined.events);
  const moments: Moment[] = [];
  const refusals: Refusal[] = [];
  let now = 0;
  let current = state;
  for (let step = 0; ; step++) {
    if (step > MOST_STEPS) throw new Error('the refresh model does not come to an end');
    const next = queue.next(nextDeadline(current, now));
    if (next === undefined || isOver(current, next.atSeconds, imagined)) break;
    now = Math.max(now, next.atSeconds);
    const { state: after, actions, refusal } = advance(current, next.event, now, nameOf);
    if (refusal !== undefined) refusals.push(refusal);
    for (const action of actions) queue.follow(action, now, imagined);
    if (after !== current) moments.push({ atSeconds: now, state: after, actions });
    current = after;
  }
  const actions = moments.flatMap(({ atSeconds, actions: done }) =>
    done.map((action) => ({ atSeconds, action })),
  );
  return { moments, actions, refusals, state: current };
}

/** The name of the instance launched at a position. */
export function nameOf(sequence: number): string {
  return `new-${sequence}`;
}

function isOver({ refresh }: State, atSeconds: number, { lingerSeconds }: Imagined): boolean {
  if (refresh === undefined || !hasEnded(refresh.status)) return false;
  return atSeconds > (refresh.endedAtSeconds ?? 0) + lingerSeconds;
}

/** What is going to happen, in the order of time; at one time in the order in which it was said. */
class Queue {
  #waiting: TimedEvent[];

  constructor(events: readonly TimedEvent[]) {
    this.#waiting = events.toSorted((one, other) => one.atSeconds - other.atSeconds);
  }

  /** The next event, or a tick at the deadline where that is earlier. */
  next(deadline: number | undefined): TimedEvent | undefined {
    const first = this.#waiting[0];
    if (deadline !== undefined && (first === undefined || deadline < first.atSeconds)) {
      return { atSeconds: deadline, event: { kind: 'tick' } };
    }
    return this.#waiting.shift();
  }

  follow(action: Action, now: number, { launch, terminateSeconds }: Imagined): void {
    if (action.kind === 'terminate') {
      this.#add(now + terminateSeconds, { kind: 'terminated', instance: action.instance });
    }
    if (action.kind !== 'launch') return;
    const { instance } = action;
    const { seconds, fails = false, unhealthyAfterSeconds } = launch(sequenceOf(instance));
    this.#add(now + seconds, { kind: fails ? 'launch failed' : 'in service', instance });
    if (fails || unhealthyAfterSeconds === undefined) return;
    this.#add(now + seconds + unhealthyAfterSeconds, { kind: 'health', instance, health: 'Unhealthy' });
  }

  #add(atSeconds: number, event: Event): void {
    const after = this.#waiting.findIndex((waiting) => waiting.atSeconds > atSeconds);
    this.#waiting.splice(after === -1 ? this.#waiting.length : after, 0, { atSeconds, event });
  }
}

function sequenceOf(name: string): number {
  return Number(name.slice('new-'.length));
}
