/** The instances of groups, each with the role whose images it gets. Pure. */

import type { Role } from '../fleet/model.ts';
import type { Group } from '../rollout/model.ts';

export interface RunningInstance {
  readonly id: string;
  readonly group: string;
  readonly role: Role;
}

/** Those that are in service, or in standby and come back; in the order of the groups. */
export function instancesOf(
  targets: ReadonlyArray<{ readonly group: Group; readonly role: Role }>,
): RunningInstance[] {
  return targets.flatMap(({ group, role }) =>
    group.instances
      .filter(({ lifecycle }) => lifecycle === 'InService' || lifecycle === 'Standby')
      .map(({ id }) => ({ id, group: group.name, role })),
  );
}
