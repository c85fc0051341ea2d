/** A group as AWS describes it, as the model begins with it. Pure. */

import type { Configuration, Group, Instance } from '../model.ts';
import { idle } from '../refresh/advance.ts';
import type { Member, State } from '../refresh/state.ts';

/** How long things take, as the group's own history tells, or as a guess. */
export interface Timing {
  /** From the call to service, with lifecycle hooks. */
  readonly launchSeconds: number;
  readonly terminateSeconds: number;
}

/**
 * What is in service now has warmed up, what is pending will once it has been launched, and what is leaving
 * has left.
 */
export function stateOf(
  group: Group & { readonly configuration: Configuration },
  warmupSeconds: number,
  { launchSeconds }: Timing,
): State {
  const inOrder = group.instances.toSorted(
    (one, other) => (one.launchedAtSeconds ?? 0) - (other.launchedAtSeconds ?? 0),
  );
  return idle({
    desiredCapacity: group.desiredCapacity,
    configuration: group.configuration,
    warmupSeconds,
    newInstancesProtected: group.newInstancesProtected,
    imageIsParameter: false,
    members: inOrder.flatMap((instance, sequence) =>
      memberOf(instance, sequence, launchSeconds + warmupSeconds),
    ),
  });
}

function memberOf(instance: Instance, sequence: number, pendingUntilSeconds: number): Member[] {
  const { id, lifecycle, health, scaleInProtected, instanceType, launchTemplate } = instance;
  const common = { id, sequence, health, scaleInProtected, instanceType, launchTemplate };
  switch (lifecycle) {
    case 'Pending':
    case 'Pending:Wait':
    case 'Pending:Proceed':
      return [{ ...common, state: 'InService', warmAtSeconds: pendingUntilSeconds }];
    case 'InService':
      return [{ ...common, state: 'InService', warmAtSeconds: 0 }];
    case 'EnteringStandby':
    case 'Standby':
      return [{ ...common, state: 'Standby', warmAtSeconds: 0 }];
    default:
      return [];
  }
}
