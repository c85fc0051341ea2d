/** Takes back what a rollout has done to groups: the ways back begin one by one and are watched together. */

import { Failed } from '../../failure.ts';
import type { Doors } from './doors.ts';
import { type Followed, follow } from './follow.ts';
import { goBack, planOf } from './go-back.ts';
import type { Outcome } from './outcome.ts';
import type { Prepared } from './prepare.ts';

/** What becomes of these outcomes, by group; nothing where the command is interrupted. */
export async function takeBack(
  doors: Doors,
  all: readonly Prepared[],
  outcomes: readonly Outcome[],
): Promise<ReadonlyMap<string, Outcome>> {
  const ended = new Map<string, Outcome>();
  const begun: Array<{ readonly seen: Outcome; readonly followed: Followed }> = [];
  for (const seen of doors.isInterrupted() ? [] : outcomes) {
    const prepared = all.find(({ group }) => group.name === seen.group);
    if (prepared === undefined) continue;
    try {
      begun.push({ seen, followed: await beginBack(doors, prepared) });
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      ended.set(seen.group, { ...seen, kind: 'failed', failures: error.failures });
    }
  }
  const followed = begun.map((one) => one.followed);
  const back = await follow(doors, followed);
  for (const { seen } of begun) {
    const { kind = 'failed', refresh } = back.get(seen.group) ?? {};
    const isBack = kind === 'done' || kind === 'rolled-back';
    ended.set(seen.group, { ...seen, kind: isBack ? 'rolled-back' : kind, undone: refresh });
  }
  return ended;
}

async function beginBack({ rollouts, say }: Doors, { group, wanted }: Prepared): Promise<Followed> {
  const plan = await planOf(rollouts, group.name);
  say(group.name, { level: 'warning', text: 'it goes back to what it had before' });
  return { ...(await goBack(rollouts, group.name, plan, wanted.requested)), before: group };
}
