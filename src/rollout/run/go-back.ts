/** Takes groups back to what they had before. */

import { Failed } from '../../failure.ts';
import type { RequestedPreferences } from '../preferences.ts';
import type { Doors } from './doors.ts';
import { isRefusal } from './refusal.ts';
import { startOrFind } from './start.ts';
import { planUndo, type UndoPlan } from './undo.ts';
import type { Watched } from './watch.ts';

type Rollouts = Doors['rollouts'];

/** What there is to go back to now. @throws Failed where there is no such group */
export async function planOf(rollouts: Rollouts, name: string): Promise<UndoPlan> {
  const [group] = await rollouts.groups([name]);
  if (group === undefined) {
    return { kind: 'impossible', problem: `there is no group ${name} any more`, remedy: 'check the name' };
  }
  const templateId = group.configuration?.launchTemplate.id;
  const [refreshes, templates] = await Promise.all([
    rollouts.refreshes(name),
    templateId === undefined ? { versions: [], latest: 0, byDefault: 0 } : rollouts.versions(templateId),
  ]);
  return planUndo(group, refreshes, templates);
}

/**
 * Carries a plan out. A refresh that has ended just now is gone back from by another one.
 * @throws Failed where it can't be, or AWS refuses it
 */
export async function goBack(
  rollouts: Rollouts,
  group: string,
  plan: UndoPlan,
  requested: RequestedPreferences,
): Promise<Watched> {
  switch (plan.kind) {
    case 'roll-back':
      try {
        await rollouts.rollBack(group);
        return { group, refreshId: plan.refreshId };
      } catch (error) {
        const next = isRefusal(error, 'ActiveInstanceRefreshNotFound') && (await planOf(rollouts, group));
        if (next === false || next.kind === 'roll-back') throw error;
        return await goBack(rollouts, group, next, requested);
      }
    case 'watch':
      return { group, refreshId: plan.refreshId };
    case 'refresh':
      return { group, refreshId: await startOrFind(rollouts, group, plan.desired, wayBack(requested)) };
    case 'impossible':
      throw new Failed([{ kind: 'input', problem: plan.problem, remedy: plan.remedy }]);
  }
}

/**
 * Without checkpoints and bake time: what was good before need not be proven again. Without alarms: the one
 * that rings may be why it goes back, and AWS would start nothing. It does not turn round again either.
 */
function wayBack(requested: RequestedPreferences): RequestedPreferences {
  return {
    ...requested,
    checkpointPercents: undefined,
    checkpointDelaySeconds: undefined,
    bakeSeconds: undefined,
    alarms: undefined,
    autoRollback: false,
  };
}
