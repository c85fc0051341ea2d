/** `bake rollout watch`, `cancel` and `undo`. */

import type { Context } from '../context.ts';
import { type ExitCode, Failed, fail, type InputFailure } from '../failure.ts';
import { hasEnded } from '../rollout/model.ts';
import type { Doors } from '../rollout/run/doors.ts';
import { type Followed, follow } from '../rollout/run/follow.ts';
import { goBack, planOf } from '../rollout/run/go-back.ts';
import type { Outcome } from '../rollout/run/outcome.ts';
import { isRefusal } from '../rollout/run/refusal.ts';
import { remember } from '../rollout/run/remember.ts';
import type { UndoPlan } from '../rollout/run/undo.ts';
import { openSite } from '../world/site.ts';
import { loadForCommand } from './load.ts';
import { confirmRollout, openDoors } from './rollout-doors.ts';
import type { GroupOptions } from './rollout-options.ts';
import { report } from './rollout-report.ts';
import { findTargets, type Target } from './rollout-targets.ts';

/** Changes nothing but the note of what can be undone. */
export async function watchRollouts(context: Context, options: GroupOptions): Promise<ExitCode> {
  const { doors, targets } = await open(context, options);
  const outcomes = await followed(context, doors, await newestRefreshes(doors, targets));
  for (const outcome of outcomes) {
    const tags = targets.find(({ group }) => group.name === outcome.group)?.group.tags ?? new Map();
    await remember(doors, outcome, tags);
  }
  return report(context, outcomes);
}

/** Nothing is undone by it, and it says so. */
export async function cancelRollouts(context: Context, options: GroupOptions): Promise<ExitCode> {
  const { doors, targets } = await open(context, options);
  const watched = await newestRefreshes(doors, targets, 'active');
  const names = watched.map(({ group }) => group).join(', ');
  await confirmRollout(context, `Stop the refresh of ${names} where it is? Nothing is undone.`);
  for (const { group } of watched) await cancel(doors, group);
  return report(context, await followed(context, doors, watched), ['cancelled']);
}

export async function undoRollouts(context: Context, options: GroupOptions): Promise<ExitCode> {
  const { doors, targets } = await open(context, options);
  const plans = await Promise.all(
    targets.map(async (target) => ({ target, plan: await planOf(doors.rollouts, target.group.name) })),
  );
  const impossible = plans.flatMap(({ plan }) => (plan.kind === 'impossible' ? [failureOf(plan)] : []));
  if (impossible.length > 0) throw new Failed(impossible);
  await confirmRollout(
    context,
    `Go back: ${plans.map(({ target, plan }) => words(target, plan)).join('; ')}?`,
  );
  const watched: Followed[] = [];
  for (const { target, plan } of plans) {
    const { group, role } = target;
    const begun = await goBack(doors.rollouts, group.name, plan, role.rollout.preferences);
    const joined = plan.kind === 'watch' ? { isJoined: true as const } : {};
    watched.push({ ...begun, before: group, ...joined });
  }
  return report(context, await followed(context, doors, watched), ['rolled-back']);
}

async function open(context: Context, options: GroupOptions): Promise<{ doors: Doors; targets: Target[] }> {
  const fleet = await loadForCommand(context, options, 'unseen');
  const site = await openSite(context, { rehearse: options.rehearse, region: fleet.region });
  const doors = openDoors(context, site, options.file);
  return { doors, targets: await findTargets(doors.rollouts, fleet, options) };
}

async function followed(context: Context, doors: Doors, all: readonly Followed[]): Promise<Outcome[]> {
  context.whenInterrupted('AWS goes on by itself');
  return [...(await follow(doors, all)).values()];
}

/** The newest refresh of each group; with `active`, of those that have one under way. @throws Failed */
async function newestRefreshes(
  doors: Doors,
  targets: readonly Target[],
  which: 'any' | 'active' = 'any',
): Promise<Followed[]> {
  const found = await Promise.all(
    targets.map(async ({ group }): Promise<Followed[]> => {
      const [newest] = await doors.rollouts.refreshes(group.name);
      if (newest === undefined || (which === 'active' && hasEnded(newest.status))) return [];
      return [{ group: group.name, refreshId: newest.id, before: group, isJoined: true }];
    }),
  );
  const all = found.flat();
  if (all.length > 0) return all;
  const names = targets.map(({ group }) => group.name).join(', ');
  return fail({
    kind: 'input',
    problem: `${names}: ${which === 'any' ? 'no refresh in six weeks' : 'no refresh is under way'}`,
    remedy: 'start one with bake rollout',
  });
}

/** One that has ended meanwhile needs no cancelling. */
async function cancel({ rollouts }: Doors, group: string): Promise<void> {
  try {
    await rollouts.cancel(group);
  } catch (error) {
    if (!isRefusal(error, 'ActiveInstanceRefreshNotFound')) throw error;
  }
}

function words({ group }: Target, plan: UndoPlan): string {
  if (plan.kind === 'refresh') return `${group.name} to version ${plan.version} (${plan.imageId})`;
  return plan.kind === 'watch'
    ? `${group.name}, which is on its way back already`
    : `${group.name}, by AWS's own rollback`;
}

function failureOf({ problem, remedy }: Extract<UndoPlan, { kind: 'impossible' }>): InputFailure {
  return { kind: 'input', problem, remedy };
}
