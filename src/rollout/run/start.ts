/** Starts a prepared rollout. The group itself is changed by AWS, and only when the refresh succeeds. */

import { desiredConfiguration } from '../plan/desired.ts';
import type { Doors } from './doors.ts';
import type { Prepared } from './prepare.ts';

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
export async function start({ rollouts }: Pick<Doors, 'rollouts'>, prepared: Prepared): Promise<Started> {
  const { group, wanted, change } = prepared;
  if (change === undefined) throw new Error(`nothing was prepared for ${group.name}`);
  const { version, current, previousImageId } = change;
  if (wanted.pin && group.configuration?.launchTemplate.version !== current.launchTemplate.version) {
    await rollouts.set(group.name, current);
  }
  const after = version.kind === 'use' ? version.number : await rollouts.createVersion(version.request);
  const desired = desiredConfiguration(current, after);
  return {
    group: group.name,
    refreshId: await rollouts.start(group.name, desired, wanted.requested),
    templateId: current.launchTemplate.id,
    before: Number(current.launchTemplate.version),
    after,
    previousImageId,
  };
}
