/** Watches refreshes until they end. Nothing depends on it: AWS goes on by itself. */

import { Failed } from '../../failure.ts';
import { type Group, hasEnded, type Refresh } from '../model.ts';
import type { Look } from '../watch/model.ts';
import { newsOf } from '../watch/news.ts';
import type { Doors } from './doors.ts';

/** A change of an instance shows within this time. */
const LOOK_SECONDS = 5;
/** Every group's refresh is asked for in every third look. */
const REFRESH_LOOKS = 3;
/** Of so many groups, one that hangs has its activities looked at with each of its refreshes: every 15 s. */
const GROUPS_AT_ONCE = 7;
/** So many looks may fail in a row, or not find a group: a few minutes without a network, and AWS's own delays. */
const PATIENT_LOOKS = 60;

export interface Watched {
  readonly group: string;
  readonly refreshId: string;
}

/** Called with every look at a group: the first one, and the last one too. */
export type OnLook = (watched: Watched, look: Look) => void;

/**
 * Returns the groups as they were last seen, by name: with their refresh ended, unless the command was
 * interrupted. One that has gone meanwhile is as it was, or missing.
 * @throws Failed where AWS does not answer for minutes
 */
export async function watch(
  doors: Doors,
  all: readonly Watched[],
  onLook: OnLook = () => undefined,
): Promise<ReadonlyMap<string, Look>> {
  const watching = new Watching(doors, onLook);
  for (let round = 0; ; round++) {
    // A group keeps its place when others end: its turn must not move away from it.
    const left = all
      .map((watched, place) => ({ ...watched, turn: round + place }))
      .filter(({ group }) => !watching.isOver(group));
    if (left.length === 0 || doors.isInterrupted()) break;
    await watching.round(left);
    if (left.some(({ group }) => !watching.isOver(group))) await doors.sleep(LOOK_SECONDS);
  }
  return watching.looks;
}

class Watching {
  readonly looks = new Map<string, Look>();
  readonly #doors: Doors;
  readonly #onLook: OnLook;
  /** How often in a row a group, or its refresh, was not there. */
  readonly #missing = new Map<string, number>();
  #failed = 0;

  constructor(doors: Doors, onLook: OnLook) {
    this.#doors = doors;
    this.#onLook = onLook;
  }

  isOver(group: string): boolean {
    const look = this.looks.get(group);
    const isGone = (this.#missing.get(group) ?? 0) > PATIENT_LOOKS;
    return isGone || (look !== undefined && hasEnded(look.refresh.status));
  }

  /** One look at each of them. Where AWS does not answer, the next one comes. */
  async round(left: ReadonlyArray<Watched & { readonly turn: number }>): Promise<void> {
    try {
      await this.#lookAt(left);
      this.#failed = 0;
    } catch (error) {
      this.#failed += 1;
      if (!(error instanceof Failed) || this.#failed > PATIENT_LOOKS) throw error;
      if (this.#failed > 1) return;
      const text = `nothing is seen for now, and AWS goes on: ${error.message}`;
      for (const { group } of left) this.#doors.say(group, { level: 'warning', text });
    }
  }

  async #lookAt(left: ReadonlyArray<Watched & { readonly turn: number }>): Promise<void> {
    const groups = await this.#doors.rollouts.groups(left.map(({ group }) => group));
    const turns = REFRESH_LOOKS * Math.ceil(left.length / GROUPS_AT_ONCE);
    for (const { turn, ...watched } of left) {
      const group = groups.find(({ name }) => name === watched.group);
      const before = this.looks.get(watched.group);
      const now = group && (await look(this.#doors, watched, { group, before, turn, turns }));
      if (now === undefined) this.#miss(watched.group);
      else this.#see(watched, before, now);
    }
  }

  #see(watched: Watched, before: Look | undefined, now: Look): void {
    this.#missing.delete(watched.group);
    for (const news of newsOf(before, now)) this.#doors.say(watched.group, news);
    this.looks.set(watched.group, now);
    this.#onLook(watched, now);
  }

  #miss(group: string): void {
    const times = (this.#missing.get(group) ?? 0) + 1;
    this.#missing.set(group, times);
    if (times <= PATIENT_LOOKS) return;
    this.#doors.say(group, { level: 'warning', text: 'the group, or its refresh, is not there any more' });
  }
}

interface Turn {
  readonly group: Group;
  readonly before: Look | undefined;
  /** Spreads the calls: not every group is asked for everything in every round. */
  readonly turn: number;
  /** One turn in so many is for the activities. */
  readonly turns: number;
}

async function look(
  { rollouts }: Doors,
  { group: name, refreshId }: Watched,
  { group, before, turn, turns }: Turn,
): Promise<Look | undefined> {
  const isTurn = before === undefined || turn % REFRESH_LOOKS === 0;
  const refresh = isTurn
    ? (await rollouts.refreshes(name)).find(({ id }) => id === refreshId)
    : before.refresh;
  if (refresh === undefined) return undefined;
  const hangs = turn % turns === 0 && isHanging(before, refresh);
  const activities = hangs
    ? (await rollouts.activities(name)).filter(
        ({ startedAtSeconds }) => startedAtSeconds >= (refresh.startedAtSeconds ?? 0),
      )
    : (before?.activities ?? []);
  return { refresh, group, activities };
}

/** Nothing has got done since the last time that it was asked for. */
function isHanging(before: Look | undefined, refresh: Refresh): boolean {
  return before?.refresh.percentComplete === refresh.percentComplete && !hasEnded(refresh.status);
}
