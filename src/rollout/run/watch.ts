/** Watches refreshes until they end. Nothing depends on it: AWS goes on by itself. */

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

export interface Watched {
  readonly group: string;
  readonly refreshId: string;
}

/** Returns the refreshes as they ended; those that had not when the command was interrupted are as last seen. */
export async function watch(doors: Doors, all: readonly Watched[]): Promise<ReadonlyMap<string, Refresh>> {
  const looks = new Map<string, Look>();
  for (let round = 0; ; round++) {
    // A group keeps its place when others end: its turn must not move away from it.
    const left = all
      .map((watched, place) => ({ ...watched, turn: round + place }))
      .filter(({ group }) => !isOver(looks.get(group)));
    if (left.length === 0 || doors.isInterrupted()) break;
    await lookAt(doors, left, looks);
    if (left.some(({ group }) => !isOver(looks.get(group)))) await doors.sleep(LOOK_SECONDS);
  }
  return new Map([...looks].map(([group, { refresh }]) => [group, refresh]));
}

function isOver(look: Look | undefined): boolean {
  return look !== undefined && hasEnded(look.refresh.status);
}

async function lookAt(
  doors: Doors,
  left: ReadonlyArray<Watched & { readonly turn: number }>,
  looks: Map<string, Look>,
): Promise<void> {
  const groups = await doors.rollouts.groups(left.map(({ group }) => group));
  for (const { turn, ...watched } of left) {
    const group = groups.find(({ name }) => name === watched.group);
    const before = looks.get(watched.group);
    if (group === undefined) continue;
    const turns = REFRESH_LOOKS * Math.ceil(left.length / GROUPS_AT_ONCE);
    const now = await look(doors, watched, { group, before, turn, turns });
    if (now === undefined) continue;
    for (const news of newsOf(before, now)) doors.say(watched.group, news);
    looks.set(watched.group, now);
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
