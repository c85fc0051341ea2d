/** Starts a prepared rollout. The group itself is changed by AWS, and only when the refresh succeeds. */

import { fail, interruption } from '../../failure.ts';
import { type Configuration, hasEnded } from '../model.ts';
import { desiredConfiguration } from '../plan/desired.ts';
import type { RequestedPreferences } from '../preferences.ts';
import type { Doors } from './doors.ts';
import { raiseAlarm } from './guard-alarm.ts';
import type { Prepared } from './prepare.ts';
import { isRefusal } from './refusal.ts';

export interface Started {
  readonly group: string;
  readonly refreshId: string;
  readonly templateId: string;
  /** Numbers of versions. */
  readonly before: number;
  readonly after: number;
  readonly previousImageId: string;
}

/** @throws Failed as AWS refuses a call; a version that was made is found again by the next try */
export async function start(
  doors: Pick<Doors, 'rollouts' | 'sleep' | 'isInterrupted'>,
  prepared: Prepared,
): Promise<Started> {
  const { rollouts } = doors;
  const { group, wanted, change } = prepared;
  if (change === undefined) throw new Error(`nothing was prepared for ${group.name}`);
  const { version, current, previousImageId } = change;
  // Before anything is changed: it may never be OK.
  const guard = await raiseAlarm(doors, prepared);
  if (wanted.pin && group.configuration?.launchTemplate.version !== current.launchTemplate.version) {
    await rollouts.set(group.name, current);
  }
  const after = version.kind === 'use' ? version.number : await rollouts.createVersion(version.request);
  // Nobody wants it any more, and the next try finds the version.
  if (doors.isInterrupted()) fail(interruption());
  const desired = desiredConfiguration(current, after);
  const { requested } = wanted;
  const alarms = guard === undefined ? requested.alarms : [...(requested.alarms ?? []), guard];
  return {
    group: group.name,
    refreshId: await startOrFind(rollouts, group.name, desired, { ...requested, alarms }),
    templateId: current.launchTemplate.id,
    before: Number(current.launchTemplate.version),
    after,
    previousImageId,
  };
}

/**
 * Starts a refresh, or finds the one to the same version: that of a call whose answer was lost, or that of
 * somebody who was faster. @throws Failed as AWS refuses it
 */
export async function startOrFind(
  rollouts: Doors['rollouts'],
  group: string,
  desired: Configuration,
  requested: RequestedPreferences,
): Promise<string> {
  try {
    return await rollouts.start(group, desired, requested);
  } catch (error) {
    if (!isRefusal(error, 'InstanceRefreshInProgress')) throw error;
    const active = (await rollouts.refreshes(group)).find(({ status }) => !hasEnded(status));
    const { id, version } = active?.desired?.launchTemplate ?? {};
    const isSame = id === desired.launchTemplate.id && version === desired.launchTemplate.version;
    const goesOn = active?.status !== 'Cancelling' && active?.status !== 'RollbackInProgress';
    if (active === undefined || !isSame || !goesOn) throw error;
    return active.id;
  }
}
