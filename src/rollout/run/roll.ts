/**
 * Rolls groups out, wave after wave: starts what is to be started, watches it with its checks, and stops where
 * a wave does not succeed. What fails is the outcome of its group, so that the others are seen to their end.
 */

import { Failed } from '../../failure.ts';
import { Guard } from '../checks/guard.ts';
import { planWaves, type Waves } from '../waves.ts';
import type { Doors } from './doors.ts';
import { type Followed, follow } from './follow.ts';
import { goBack, planOf } from './go-back.ts';
import { dropAlarm } from './guard-alarm.ts';
import { type Outcome, outcome } from './outcome.ts';
import type { Prepared } from './prepare.ts';
import { remember } from './remember.ts';
import { start } from './start.ts';

export interface RollOptions {
  readonly region: string;
  readonly waves: Waves | undefined;
  /** Looks at a group again: what was prepared may be hours old when its wave comes. */
  readonly again: (prepared: Prepared) => Promise<Prepared>;
}

/** One outcome for each group, in the order of the waves. */
export async function roll(doors: Doors, all: readonly Prepared[], options: RollOptions): Promise<Outcome[]> {
  const groups = all.map((prepared) => ({ name: prepared.group.name, prepared }));
  const waves = planWaves(groups, options.waves);
  const outcomes: Outcome[] = [];
  for (const [index, wave] of waves.entries()) {
    const prepared = wave.map((one) => one.prepared);
    for (const { name } of waves.length > 1 ? wave : [])
      doors.say(name, { level: 'info', text: `wave ${index + 1} of ${waves.length}` });
    const now = index === 0 ? prepared : await Promise.all(prepared.map(options.again));
    const done = await rollWave(doors, now, options.region);
    outcomes.push(...done);
    if (done.every(({ kind }) => kind === 'done')) continue;
    const left = waves.slice(index + 1).flat();
    const stopped = left.map(({ name }) =>
      outcome(name, 'not-started', { why: 'a wave before it did not succeed' }),
    );
    const undoes = options.waves?.undo === true && !doors.isInterrupted();
    return [...(undoes ? await undoAll(doors, all, outcomes) : outcomes), ...stopped];
  }
  return outcomes;
}

interface Begun {
  readonly prepared: Prepared;
  /** What is watched; otherwise it is over already. */
  readonly followed: Followed | undefined;
  readonly outcome: Outcome | undefined;
}

async function rollWave(doors: Doors, wave: readonly Prepared[], region: string): Promise<Outcome[]> {
  const begun: Begun[] = [];
  for (const prepared of wave) {
    const isStopped = begun.some((one) => one.outcome !== undefined && one.outcome.kind !== 'done');
    begun.push(isStopped ? over(prepared, notStarted(prepared)) : await begin(doors, prepared));
  }
  const guards = new Map(
    begun.flatMap(({ prepared, followed }) => {
      const guard = followed && guardOf(doors, prepared, followed, region);
      return guard === undefined ? [] : [[prepared.group.name, guard] as const];
    }),
  );
  const ended = await follow(
    doors,
    begun.flatMap(({ followed }) => followed ?? []),
    ({ group }, look) => guards.get(group)?.observe(look),
  );
  return Promise.all(
    begun.map(async (one) => {
      const { prepared } = one;
      const name = prepared.group.name;
      const seen = one.outcome ?? ended.get(name) ?? outcome(name, 'failed');
      const full = withImages(seen, prepared);
      const guarded = await heed(doors, full, await guards.get(name)?.settled(), prepared);
      await remember(doors, guarded, prepared.group.tags);
      if (guarded.kind !== 'under-way' && one.followed !== undefined) await dropAlarm(doors, prepared);
      return guarded;
    }),
  );
}

async function begin(doors: Doors, prepared: Prepared): Promise<Begun> {
  const { group, preflight, active } = prepared;
  const { name } = group;
  switch (preflight.verdict) {
    case 'nothing':
      return over(prepared, outcome(name, 'done', { kept: group.instances.map(({ id }) => id) }));
    case 'stop':
      return over(prepared, outcome(name, 'failed', { failures: stops(prepared) }));
    case 'attach':
      return followedAs(prepared, active?.refreshId ?? '');
    case 'start':
      try {
        return followedAs(prepared, (await start(doors, prepared)).refreshId);
      } catch (error) {
        if (!(error instanceof Failed)) throw error;
        return over(prepared, outcome(name, 'failed', { failures: error.failures }));
      }
  }
}

function over(prepared: Prepared, ended: Outcome): Begun {
  return { prepared, followed: undefined, outcome: ended };
}

function followedAs(prepared: Prepared, refreshId: string): Begun {
  const { group } = prepared;
  return { prepared, followed: { group: group.name, refreshId, before: group }, outcome: undefined };
}

function notStarted({ group }: Prepared): Outcome {
  return outcome(group.name, 'not-started', { why: 'another group of its wave could not be started' });
}

function stops({ preflight }: Prepared): Outcome['failures'] {
  return preflight.findings
    .filter(({ level }) => level === 'stop')
    .map(({ problem, remedy }) => ({ kind: 'input', problem, remedy }));
}

function guardOf(
  doors: Doors,
  { wanted }: Prepared,
  { group, refreshId }: Followed,
  region: string,
): Guard | undefined {
  const { checks, imageId, preferences } = wanted;
  if (checks.length === 0) return undefined;
  const checkpoints = preferences.checkpointPercents;
  return new Guard(doors, { group, region, refreshId, imageId, checks, checkpoints });
}

function withImages(seen: Outcome, { change, wanted }: Prepared): Outcome {
  const { before, after } = seen;
  return {
    ...seen,
    before: before && {
      version: change?.current.launchTemplate.version ?? before.version,
      imageId: change?.previousImageId,
    },
    after: after && { ...after, imageId: wanted.imageId },
  };
}

/** A check has failed: what AWS has not rolled back, a refresh of bake's own takes back. */
async function heed(
  doors: Doors,
  seen: Outcome,
  why: string | undefined,
  prepared: Prepared,
): Promise<Outcome> {
  if (why === undefined) return seen;
  const blamed = { ...seen, why };
  const isLeft = seen.kind === 'done' || seen.kind === 'cancelled' || seen.kind === 'failed';
  return isLeft && !doors.isInterrupted() ? await undone(doors, blamed, prepared) : blamed;
}

/** Everything that this rollout has changed goes back. */
async function undoAll(
  doors: Doors,
  all: readonly Prepared[],
  outcomes: readonly Outcome[],
): Promise<Outcome[]> {
  return Promise.all(
    outcomes.map(async (seen) => {
      const prepared = all.find(({ group }) => group.name === seen.group);
      if (seen.kind !== 'done' || seen.refresh === undefined || prepared === undefined) return seen;
      return await undone(doors, { ...seen, why: 'a later wave did not succeed' }, prepared);
    }),
  );
}

async function undone(doors: Doors, seen: Outcome, { group, wanted }: Prepared): Promise<Outcome> {
  try {
    const plan = await planOf(doors.rollouts, group.name);
    doors.say(group.name, { level: 'warning', text: 'it goes back to what it had before' });
    const watched = await goBack(doors.rollouts, group.name, plan, wanted.requested);
    const back = (await follow(doors, [{ ...watched, before: group }])).get(group.name);
    const isBack = back?.kind === 'done' || back?.kind === 'rolled-back';
    return { ...seen, kind: isBack ? 'rolled-back' : 'failed', undone: back?.refresh };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { ...seen, kind: 'failed', failures: error.failures };
  }
}
