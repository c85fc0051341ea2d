/** Which groups a rollout is about: by name, by tag, by flag. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findTargets } from '../../src/commands/rollout-targets.ts';
import { Failed } from '../../src/failure.ts';
import type { Rollouts } from '../../src/world/rollouts/model.ts';
import { groupOf } from '../rollout/facts.ts';
import { testFleet, testRole } from '../support/fleet.ts';

const GROUPS = [
  { ...groupOf(1), name: 'web-1' },
  { ...groupOf(1), name: 'web-2', tags: new Map([['Role', 'web']]) },
  {
    ...groupOf(1),
    name: 'both',
    tags: new Map([
      ['Role', 'web'],
      ['Zone', 'a'],
    ]),
  },
  { ...groupOf(1), name: 'other' },
];

const rollouts = {
  groups: async (names: readonly string[]) => GROUPS.filter(({ name }) => names.includes(name)),
  groupsTagged: async (tags: Readonly<Record<string, string>>) =>
    GROUPS.filter((group) => Object.entries(tags).every(([key, value]) => group.tags.get(key) === value)),
} as Rollouts;

const FLEET = testFleet({
  roles: [
    testRole({ name: 'web', groups: ['web-1'], groupTags: { Role: 'web' } }),
    testRole({ name: 'worker', groups: ['both'] }),
    testRole({ name: 'zone', groupTags: { Zone: 'a' } }),
    testRole({ name: 'all', groupTags: { Role: 'web' } }),
    testRole({ name: 'none' }),
  ],
});

async function found(asked: { readonly role?: readonly string[]; readonly group?: readonly string[] }) {
  const options = { file: 'bake.yaml', strict: false, rehearse: false, role: [], group: [], ...asked };
  try {
    const targets = await findTargets(rollouts, FLEET, options);
    return targets.map(({ group, role }) => `${group.name} of ${role.name}`);
  } catch (error) {
    assert.ok(error instanceof Failed);
    return error.failures.map(({ problem }) => problem);
  }
}

test('those that the role names, and those with its tags that no other role names', async () => {
  assert.deepEqual(await found({ role: ['web'] }), ['web-1 of web', 'web-2 of web']);
});

test('a flag names groups, and their role is found', async () => {
  assert.deepEqual(await found({ group: ['web-1', 'web-1'] }), ['web-1 of web']);
  assert.deepEqual(await found({ group: ['both'] }), ['both of worker']);
  assert.deepEqual(await found({ group: ['other'], role: ['web'] }), ['other of web']);
  assert.deepEqual(await found({ group: ['web-2'] }), ['several roles have the group "web-2"']);
  assert.deepEqual(await found({ group: ['other'] }), ['no role of the fleet file has the group "other"']);
});

test('what is missing, or would be rolled onto two images, is refused', async () => {
  assert.deepEqual(await found({ role: ['none'] }), ['the role none has no groups']);
  assert.deepEqual(await found({ role: ['zone'] }), [
    'the role zone has no groups, and none has its group_tags',
  ]);
  assert.deepEqual(await found({ role: ['web', 'all'] }), [
    'the group "web-2" has the group_tags of all and of another role',
  ]);
  assert.deepEqual(await found({ group: ['gone'], role: ['web'] }), [
    'there is no Auto Scaling group "gone" in eu-central-1',
  ]);
});
