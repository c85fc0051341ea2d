/** Which groups a rollout command is about. */

import { Failed, fail, type InputFailure } from '../failure.ts';
import type { Fleet, Role } from '../fleet/model.ts';
import { nearest } from '../fleet/nearest.ts';
import type { Group } from '../rollout/model.ts';
import type { Rollouts } from '../world/rollouts/door.ts';
import { selectRoles } from './fleet-options.ts';
import type { GroupOptions } from './rollout-options.ts';

export interface Target {
  readonly group: Group;
  readonly role: Role;
}

/** All groups of `--role`, or those of `--group`. @throws Failed with all that is not there */
export async function findTargets(
  rollouts: Rollouts,
  fleet: Fleet,
  options: GroupOptions,
): Promise<Target[]> {
  const named = nameTargets(fleet, options);
  const groups = await rollouts.groups(named.map(({ name }) => name));
  const missing = named.filter(({ name }) => !groups.some((group) => group.name === name));
  if (missing.length > 0) {
    throw new Failed(
      missing.map(
        ({ name }): InputFailure => ({
          kind: 'input',
          problem: `there is no Auto Scaling group ${JSON.stringify(name)} in ${fleet.region}`,
          remedy: 'check the name, the region of the fleet file, and the account',
        }),
      ),
    );
  }
  return named.flatMap(({ name, role }) =>
    groups.filter((group) => group.name === name).map((group) => ({ group, role })),
  );
}

function nameTargets(fleet: Fleet, { role, group }: GroupOptions): Array<{ name: string; role: Role }> {
  if (group.length > 0) return group.map((name) => ({ name, role: roleOf(fleet, name, role) }));
  const roles = selectRoles(fleet, { role, all: false });
  const empty = roles.filter(({ groups }) => groups.length === 0);
  if (empty.length > 0) {
    throw new Failed(
      empty.map(
        ({ name }): InputFailure => ({
          kind: 'input',
          problem: `the role ${name} has no groups`,
          remedy: `name them in the fleet file (roles.${name}.groups), or with --group`,
        }),
      ),
    );
  }
  return roles.flatMap((one) => one.groups.map((name) => ({ name, role: one })));
}

/** The fleet file says whose group it is; of one that it doesn't name, the flag does. */
function roleOf(fleet: Fleet, group: string, named: readonly string[]): Role {
  const own = fleet.roles.find(({ groups }) => groups.includes(group));
  if (own !== undefined) return own;
  const [role] = named.length === 1 ? selectRoles(fleet, { role: named, all: false }) : [];
  if (role !== undefined) return role;
  const near = nearest(
    group,
    fleet.roles.flatMap(({ groups }) => groups),
  );
  return fail({
    kind: 'input',
    problem: `no role of the fleet file has the group ${JSON.stringify(group)}`,
    remedy: near === undefined ? 'say whose images it gets: --role NAME' : `did you mean ${near}?`,
  });
}
