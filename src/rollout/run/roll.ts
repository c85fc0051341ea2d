/**
 * Rolls groups out, wave after wave: starts what is to be started, watches it with its checks, and stops where
 * a wave does not succeed. What fails is the outcome of its group, so that the others are seen to their end.
 */

import { Failed } from '../../failure.ts';
import { Guard } from '../checks/guard.ts';
import { planWaves, type Waves } from '../waves.ts';
import { type Begun, beginAll, INTERRUPTED } from './begin.ts';
import type { Doors } from './doors.ts';
import { follow } from './follow.ts';
import { dropAlarm } from './guard-alarm.ts';
import { type Outcome, outcome } from './outcome.ts';
import type { Prepared } from './prepare.ts';
import { remember } from './remember.ts';
import { takeBack } from './take-back.ts';

export interface RollOptions {
  readonly region: string;
  readonly waves: Waves | undefined;
  /** Looks at the groups of a wave again: what was prepared may be hours old when its turn comes. */
  readonly again: (wave: readonly Prepared[]) => Promise<Prepared[]>;
}

/** One outcome for each group, in the order of the waves. */
export async function roll(doors: Doors, all: readonly Prepared[], options: RollOptions): Promise<Outcome[]> {
  const groups = all.map((prepared) => ({ name: prepared.group.name, prepared }));
  const waves = planWaves(groups, options.waves);
  const outcomes: Outcome[] = [];
  for (const [index, wave] of waves.entries()) {
    for (const { name } of waves.length > 1 ? wave : [])
      doors.say(name, { level: 'info', text: `wave ${index + 1} of ${waves.length}` });
    const prepared = wave.map((one) => one.prepared);
    const done = await (index === 0
      ? rollWave(doors, prepared, options)
      : rollAgain(doors, prepared, options));
    outcomes.push(...done);
    if (done.every(({ kind }) => kind === 'done')) continue;
    const left = waves.slice(index + 1).flat();
    const why = doors.isInterrupted() ? INTERRUPTED : 'a wave before it did not succeed';
    const ended = options.waves?.undo === true ? await undoDone(doors, all, outcomes) : outcomes;
    return [...ended, ...left.map(({ name }) => outcome(name, 'not-started', { why }))];
  }
  return outcomes;
}

/** What can't be looked at again has failed, and what was done before it keeps its outcome. */
async function rollAgain(doors: Doors, wave: readonly Prepared[], options: RollOptions): Promise<Outcome[]> {
  let now: readonly Prepared[];
  try {
    now = await options.again(wave);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return wave.map(({ group }) => outcome(group.name, 'failed', { failures: error.failures }));
  }
  return await rollWave(doors, now, options);
}

async function rollWave(
  doors: Doors,
  wave: readonly Prepared[],
  { region }: RollOptions,
): Promise<Outcome[]> {
  const begun = await beginAll(doors, wave);
  const guards = new Map(
    begun.flatMap((one) => {
      const guard = guardOf(doors, one, region);
      return guard === undefined ? [] : [[one.prepared.group.name, guard] as const];
    }),
  );
  const followed = begun.flatMap((one) => one.followed ?? []);
  const ended = await follow(doors, followed, ({ group }, look) => guards.get(group)?.observe(look));
  const blamed = new Map<string, string>();
  for (const [name, guard] of guards) {
    const why = await guard.settled();
    if (why !== undefined) blamed.set(name, why);
  }
  const seen = begun.map(({ prepared, outcome: known }) => {
    const { name } = prepared.group;
    const full = withImages(known ?? ended.get(name) ?? outcome(name, 'failed'), prepared);
    return { ...full, why: blamed.get(name) ?? full.why };
  });
  // A check has failed, and AWS has not rolled it back.
  const isLeft = ({ group, kind }: Outcome) => blamed.has(group) && LEFT.has(kind);
  const back = await takeBack(doors, wave, seen.filter(isLeft));
  const outcomes = seen.map((one) => back.get(one.group) ?? one);
  await tidy(doors, begun, outcomes);
  return outcomes;
}

const LEFT: ReadonlySet<Outcome['kind']> = new Set(['done', 'cancelled', 'failed']);

function guardOf(doors: Doors, { prepared, followed }: Begun, region: string): Guard | undefined {
  const { checks, imageId, preferences } = prepared.wanted;
  if (checks.length === 0 || followed === undefined) return undefined;
  const { group, refreshId } = followed;
  const checkpoints = preferences.checkpointPercents;
  return new Guard(doors, { group, region, refreshId, imageId, checks, checkpoints });
}

function withImages(seen: Outcome, { change, wanted }: Prepared): Outcome {
  const { before, after } = seen;
  const version = change?.current.launchTemplate.version;
  return {
    ...seen,
    before: before && { version: version ?? before.version, imageId: change?.previousImageId },
    after: after && { ...after, imageId: wanted.imageId },
  };
}

async function tidy(doors: Doors, begun: readonly Begun[], outcomes: readonly Outcome[]): Promise<void> {
  for (const { prepared, followed } of begun) {
    const one = outcomes.find(({ group }) => group === prepared.group.name);
    if (one === undefined || followed === undefined || one.kind === 'under-way') continue;
    await remember(doors, one, prepared.group.tags);
    await dropAlarm(doors, prepared);
  }
}

/** Everything that this rollout has changed goes back. */
async function undoDone(
  doors: Doors,
  all: readonly Prepared[],
  outcomes: readonly Outcome[],
): Promise<Outcome[]> {
  const done = outcomes
    .filter(({ kind, refresh }) => kind === 'done' && refresh !== undefined)
    .map((one) => ({ ...one, why: 'a later wave did not succeed' }));
  const undone = await takeBack(doors, all, done);
  return outcomes.map((one) => undone.get(one.group) ?? one);
}
