/** Which groups a rollout command is about. */

import { Failed, fail, type InputFailure } from '../failure.ts';
import type { Fleet, Role } from '../fleet/model.ts';
import { nearest } from '../fleet/nearest.ts';
import type { Group } from '../rollout/model.ts';
import type { Rollouts } from '../world/rollouts/model.ts';
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
  if (options.group.length > 0) {
    const names = [...new Set(options.group)];
    const known = names.map((name) => ({ name, role: roleOf(fleet, name, options.role) }));
    const groups = await rollouts.groups(names);
    const named = known.map(({ name, role }) => ({ name, role: role ?? taggedRole(fleet, groups, name) }));
    return found(fleet, named, groups);
  }
  const roles = selectRoles(fleet, { role: options.role, all: false });
  const tagged = await Promise.all(roles.map((role) => taggedOf(rollouts, fleet, role)));
  const named = roles.flatMap((role) => role.groups.map((name) => ({ name, role })));
  const groups = await rollouts.groups(named.map(({ name }) => name));
  const all = [...found(fleet, named, groups), ...tagged.flat()];
  const empty = roles.filter(({ name }) => !all.some(({ role }) => role.name === name));
  if (empty.length > 0) throw new Failed(empty.map(withoutGroups));
  const twice = all.filter(
    ({ group }, index) => all.findIndex((one) => one.group.name === group.name) < index,
  );
  if (twice.length > 0) throw new Failed(twice.map(ofTwoRoles));
  return all;
}

interface Named {
  readonly name: string;
  readonly role: Role;
}

/** @throws Failed with all names that no group has */
function found({ region }: Fleet, named: readonly Named[], groups: readonly Group[]): Target[] {
  const missing = named.filter(({ name }) => !groups.some((group) => group.name === name));
  if (missing.length > 0) {
    throw new Failed(
      missing.map(
        ({ name }): InputFailure => ({
          kind: 'input',
          problem: `there is no Auto Scaling group ${JSON.stringify(name)} in ${region}`,
          remedy: 'check the name, the region of the fleet file, and the account',
        }),
      ),
    );
  }
  return named.flatMap(({ name, role }) =>
    groups.filter((group) => group.name === name).map((group) => ({ group, role })),
  );
}

/** The groups with the tags of a role, but for those that the fleet file names itself. */
async function taggedOf(rollouts: Rollouts, { roles }: Fleet, role: Role): Promise<Target[]> {
  if (Object.keys(role.groupTags).length === 0) return [];
  const groups = await rollouts.groupsTagged(role.groupTags);
  const named = roles.flatMap((one) => one.groups);
  return groups.filter(({ name }) => !named.includes(name)).map((group) => ({ group, role }));
}

/** It would be rolled onto two images. */
function ofTwoRoles({ group, role }: Target): InputFailure {
  return {
    kind: 'input',
    problem: `the group ${JSON.stringify(group.name)} has the group_tags of ${role.name} and of another role`,
    remedy: 'make the tags of one of them narrower, or name the group in the groups of its role',
  };
}

function withoutGroups({ name, groupTags }: Role): InputFailure {
  const hasTags = Object.keys(groupTags).length > 0;
  return {
    kind: 'input',
    problem: `the role ${name} has no groups${hasTags ? ', and none has its group_tags' : ''}`,
    remedy: `name them in the fleet file (roles.${name}.groups), or with --group`,
  };
}

/** The fleet file says whose group it is; of one that it doesn't name, the flag does. */
function roleOf(fleet: Fleet, group: string, named: readonly string[]): Role | undefined {
  const own = fleet.roles.find(({ groups }) => groups.includes(group));
  if (own !== undefined || named.length !== 1) return own;
  return selectRoles(fleet, { role: named, all: false })[0];
}

/** The role whose tags a group has. @throws Failed where there is none, or more than one */
function taggedRole({ roles }: Fleet, groups: readonly Group[], name: string): Role {
  const tags = groups.find((group) => group.name === name)?.tags;
  const own = roles.filter(({ groupTags }) => {
    const wanted = Object.entries(groupTags);
    return wanted.length > 0 && wanted.every(([key, value]) => tags?.get(key) === value);
  });
  if (own.length === 1 && own[0] !== undefined) return own[0];
  const near = nearest(
    name,
    roles.flatMap(({ groups: names }) => names),
  );
  return fail({
    kind: 'input',
    problem: `${own.length > 1 ? 'several roles have' : 'no role of the fleet file has'} the group ${JSON.stringify(name)}`,
    remedy: near === undefined ? 'say whose images it gets: --role NAME' : `did you mean ${near}?`,
  });
}
