/** Watches refreshes until they end. Nothing depends on it: AWS goes on by itself. */

import { Failed } from '../../failure.ts';
import { hasEnded, type Refresh } from '../model.ts';
import type { Look } from '../watch/model.ts';
import { newsOf } from '../watch/news.ts';
import { Causes } from './causes.ts';
import type { Doors } from './doors.ts';

/** A change of an instance shows within this time. */
const LOOK_SECONDS = 5;
/** Every group's refresh is asked for in every third look. */
const REFRESH_LOOKS = 3;
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
    const beganSeconds = doors.nowSeconds();
    await watching.round(left);
    // Looks at many groups take their time, and the next one is not to be late for it.
    const leftSeconds = Math.max(0, LOOK_SECONDS - (doors.nowSeconds() - beganSeconds));
    if (left.some(({ group }) => !watching.isOver(group))) await doors.sleep(leftSeconds);
  }
  return watching.looks;
}

class Watching {
  readonly looks = new Map<string, Look>();
  readonly #doors: Doors;
  readonly #onLook: OnLook;
  readonly #causes: Causes;
  /** How often in a row a group, or its refresh, was not there. */
  readonly #missing = new Map<string, number>();
  #failed = 0;

  constructor(doors: Doors, onLook: OnLook) {
    this.#doors = doors;
    this.#onLook = onLook;
    this.#causes = new Causes(doors);
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
    // At once: what takes longer comes after it.
    for (const group of groups) {
      const before = this.looks.get(group.name);
      if (before !== undefined) this.#see({ ...before, group });
    }
    const hanging: Look[] = [];
    for (const { turn, ...watched } of left) {
      const before = this.looks.get(watched.group);
      const isTurn = before === undefined || turn % REFRESH_LOOKS === 0;
      const group = groups.find(({ name }) => name === watched.group);
      const refresh = isTurn && group !== undefined ? await this.#refresh(watched) : before?.refresh;
      if (group === undefined || refresh === undefined) {
        this.#miss(watched.group);
        continue;
      }
      this.#missing.delete(watched.group);
      const now: Look = { activities: [], targets: [], ...before, group, refresh };
      this.#see(now);
      this.#onLook(watched, now);
      if (isTurn && isHanging(before?.refresh, refresh)) hanging.push(now);
    }
    await this.#causes.ask(hanging, (look) => this.#see(look));
  }

  async #refresh({ group, refreshId }: Watched): Promise<Refresh | undefined> {
    return (await this.#doors.rollouts.refreshes(group)).find(({ id }) => id === refreshId);
  }

  /** Says what is new since the last look. */
  #see(now: Look): void {
    const { name } = now.group;
    for (const news of newsOf(this.looks.get(name), now)) this.#doors.say(name, news);
    this.looks.set(name, now);
  }

  #miss(group: string): void {
    const times = (this.#missing.get(group) ?? 0) + 1;
    this.#missing.set(group, times);
    if (times <= PATIENT_LOOKS) return;
    this.#doors.say(group, { level: 'warning', text: 'the group, or its refresh, is not there any more' });
  }
}

/** Nothing has got done since the last time that it was asked for. */
function isHanging(before: Refresh | undefined, now: Refresh): boolean {
  return before?.percentComplete === now.percentComplete && !hasEnded(now.status);
}
