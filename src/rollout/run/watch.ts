/** Watches refreshes until they end. Nothing depends on it: AWS goes on by itself. */

import { type Group, hasEnded, type Refresh } from '../model.ts';
import type { Look } from '../watch/model.ts';
import { newsOf } from '../watch/news.ts';
import type { Doors } from './doors.ts';

/** A change of an instance shows within this time. */
const LOOK_SECONDS = 5;
/** Every group's refresh is asked for in every third look, its activities in every sixth while it hangs. */
const REFRESH_LOOKS = 3;
const ACTIVITY_LOOKS = 6;

export interface Watched {
  readonly group: string;
  readonly refreshId: string;
}

/** Returns the refreshes as they ended; those that had not when the command was interrupted are as last seen. */
export async function watch(doors: Doors, all: readonly Watched[]): Promise<ReadonlyMap<string, Refresh>> {
  const looks = new Map<string, Look>();
  for (let round = 0; ; round++) {
    const left = all.filter(({ group }) => !isOver(looks.get(group)));
    if (left.length === 0 || doors.isInterrupted()) break;
    await lookAt(doors, left, looks, round);
    if (left.some(({ group }) => !isOver(looks.get(group)))) await doors.sleep(LOOK_SECONDS);
  }
  return new Map([...looks].map(([group, { refresh }]) => [group, refresh]));
}

function isOver(look: Look | undefined): boolean {
  return look !== undefined && hasEnded(look.refresh.status);
}

async function lookAt(
  doors: Doors,
  left: readonly Watched[],
  looks: Map<string, Look>,
  round: number,
): Promise<void> {
  const groups = await doors.rollouts.groups(left.map(({ group }) => group));
  for (const [index, watched] of left.entries()) {
    const group = groups.find(({ name }) => name === watched.group);
    const before = looks.get(watched.group);
    if (group === undefined) continue;
    const now = await look(doors, watched, group, before, round + index);
    if (now === undefined) continue;
    for (const news of newsOf(before, now)) doors.say(watched.group, news);
    looks.set(watched.group, now);
  }
}

/** `turn` spreads the calls: not every group is asked for everything in every round. */
async function look(
  { rollouts }: Doors,
  { group: name, refreshId }: Watched,
  group: Group,
  before: Look | undefined,
  turn: number,
): Promise<Look | undefined> {
  const isTurn = before === undefined || turn % REFRESH_LOOKS === 0;
  const refresh = isTurn
    ? (await rollouts.refreshes(name)).find(({ id }) => id === refreshId)
    : before.refresh;
  if (refresh === undefined) return undefined;
  const hangs = turn % ACTIVITY_LOOKS === 0 && isHanging(before, refresh);
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
