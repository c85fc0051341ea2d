/** `bake rollout watch`, `cancel` and `undo`. */

import type { Context } from '../context.ts';
import { type ExitCode, Failed, fail, type InputFailure } from '../failure.ts';
import type { Group } from '../rollout/model.ts';
import type { Doors } from '../rollout/run/doors.ts';
import { planUndo, type UndoPlan } from '../rollout/run/undo.ts';
import { type Watched, watch } from '../rollout/run/watch.ts';
import { openSite } from '../world/site.ts';
import { loadForCommand } from './load.ts';
import { openDoors, report } from './rollout.ts';
import type { GroupOptions } from './rollout-options.ts';
import { findTargets, type Target } from './rollout-targets.ts';

export async function watchRollouts(context: Context, options: GroupOptions): Promise<ExitCode> {
  const { doors, targets } = await open(context, options);
  const watched = await newestRefreshes(doors, targets);
  return report(context, watched, await watch(doors, watched));
}

/** Nothing is undone by it, and it says so. */
export async function cancelRollouts(context: Context, options: GroupOptions): Promise<ExitCode> {
  const { doors, targets } = await open(context, options);
  await confirm(context, `Stop the refresh of ${namesOf(targets)} where it is? Nothing is undone.`);
  for (const { group } of targets) await doors.rollouts.cancel(group.name);
  const watched = await newestRefreshes(doors, targets);
  return report(context, watched, await watch(doors, watched));
}

export async function undoRollouts(context: Context, options: GroupOptions): Promise<ExitCode> {
  const { doors, targets } = await open(context, options);
  const plans = await Promise.all(
    targets.map(async (target) => ({ target, plan: await planOf(doors, target.group) })),
  );
  const impossible = plans.flatMap(({ plan }) => (plan.kind === 'impossible' ? [failureOf(plan)] : []));
  if (impossible.length > 0) throw new Failed(impossible);
  await confirm(context, `Go back: ${plans.map(({ target, plan }) => words(target, plan)).join('; ')}?`);
  const watched: Watched[] = [];
  for (const { target, plan } of plans) watched.push(await undo(doors, target, plan));
  return report(context, watched, await watch(doors, watched));
}

async function open(context: Context, options: GroupOptions): Promise<{ doors: Doors; targets: Target[] }> {
  const fleet = await loadForCommand(context, options);
  const site = await openSite(context, { rehearse: options.rehearse, region: fleet.region });
  const doors = openDoors(context, site);
  return { doors, targets: await findTargets(doors.rollouts, fleet, options) };
}

async function newestRefreshes(doors: Doors, targets: readonly Target[]): Promise<Watched[]> {
  return Promise.all(
    targets.map(async ({ group }) => {
      const [newest] = await doors.rollouts.refreshes(group.name);
      if (newest !== undefined) return { group: group.name, refreshId: newest.id };
      return fail({
        kind: 'input',
        problem: `${group.name} has had no refresh in six weeks`,
        remedy: 'start one with bake rollout',
      });
    }),
  );
}

async function planOf({ rollouts }: Doors, group: Group): Promise<UndoPlan> {
  const templateId = group.configuration?.launchTemplate.id;
  const [refreshes, versions] = await Promise.all([
    rollouts.refreshes(group.name),
    templateId === undefined ? [] : rollouts.versions(templateId).then((all) => all.versions),
  ]);
  return planUndo(group, refreshes, versions);
}

async function undo({ rollouts }: Doors, { group, role }: Target, plan: UndoPlan): Promise<Watched> {
  switch (plan.kind) {
    case 'roll-back':
      await rollouts.rollBack(group.name);
      return { group: group.name, refreshId: plan.refreshId };
    case 'watch':
      return { group: group.name, refreshId: plan.refreshId };
    case 'refresh':
      // Without checkpoints and bake time: what was good before need not be proven again.
      return {
        group: group.name,
        refreshId: await rollouts.start(group.name, plan.desired, {
          ...role.rollout.preferences,
          checkpointPercents: undefined,
          checkpointDelaySeconds: undefined,
          bakeSeconds: undefined,
        }),
      };
    case 'impossible':
      throw new Failed([failureOf(plan)]);
  }
}

function words({ group }: Target, plan: UndoPlan): string {
  return plan.kind === 'refresh'
    ? `${group.name} to version ${plan.version} (${plan.imageId})`
    : `${group.name}, by AWS's own rollback`;
}

function failureOf({ problem, remedy }: Extract<UndoPlan, { kind: 'impossible' }>): InputFailure {
  return { kind: 'input', problem, remedy };
}

function namesOf(targets: readonly Target[]): string {
  return targets.map(({ group }) => group.name).join(', ');
}

async function confirm(context: Context, question: string): Promise<void> {
  if (context.yes || (await context.reporter.ask(question, []))) return;
  fail({
    kind: 'input',
    problem: 'changing running machines has to be confirmed',
    remedy: 'answer yes, or use --yes',
  });
}
