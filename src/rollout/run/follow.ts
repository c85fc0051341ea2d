/** Watches refreshes to their end and says what came of them. */

import { Failed } from '../../failure.ts';
import type { Group } from '../model.ts';
import type { Look } from '../watch/model.ts';
import type { Doors } from './doors.ts';
import { launchedSince, type Outcome, outcomeOf } from './outcome.ts';
import { type OnLook, type Watched, watch } from './watch.ts';

export interface Followed extends Watched {
  /** The group when it began. */
  readonly before: Group;
  /** It had begun before that: what it had replaced by then is to be found out. */
  readonly isJoined?: true;
}

/** @throws Failed where AWS does not answer for minutes */
export async function follow(
  doors: Doors,
  all: readonly Followed[],
  onLook?: OnLook,
): Promise<ReadonlyMap<string, Outcome>> {
  if (all.length === 0) return new Map();
  const looks = await watch(doors, all, onLook);
  // The last looks were from before the end: what left with it was still there.
  const now = doors.isInterrupted() ? [] : await doors.rollouts.groups(all.map(({ group }) => group));
  const outcomes = new Map<string, Outcome>();
  for (const followed of all) {
    const { group: name, before } = followed;
    const look = looks.get(name);
    const launched = await launchedBefore(doors, followed, look);
    const seen = outcomeOf({
      before,
      now: now.find((one) => one.name === name) ?? look?.group,
      refresh: look?.refresh,
      launched,
    });
    // It was begun, and nobody has looked.
    const isUnseen = look === undefined && doors.isInterrupted();
    outcomes.set(name, isUnseen ? { ...seen, kind: 'under-way' } : seen);
  }
  return outcomes;
}

/** What the refresh had launched when it was joined. Without an answer, the summary counts what was seen. */
async function launchedBefore(
  { rollouts, isInterrupted }: Doors,
  { group, isJoined }: Followed,
  look: Look | undefined,
): Promise<ReadonlySet<string>> {
  if (isJoined !== true || look === undefined || isInterrupted()) return new Set();
  try {
    return launchedSince(look.refresh, await rollouts.activities(group));
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return new Set();
  }
}
