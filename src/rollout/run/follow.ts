/** Watches refreshes to their end and says what came of them. */

import type { Group } from '../model.ts';
import type { Doors } from './doors.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { type OnLook, type Watched, watch } from './watch.ts';

export interface Followed extends Watched {
  /** The group when it began. */
  readonly before: Group;
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
  return new Map(
    all.map(({ group: name, before }) => {
      const look = looks.get(name);
      const seen = outcomeOf(before, now.find((one) => one.name === name) ?? look?.group, look?.refresh);
      // It was begun, and nobody has looked.
      const isUnseen = look === undefined && doors.isInterrupted();
      return [name, isUnseen ? { ...seen, kind: 'under-way' } : seen];
    }),
  );
}
