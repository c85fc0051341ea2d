import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Group, Refresh } from '../../../src/rollout/model.ts';
import { undoTags } from '../../../src/rollout/plan/undo.ts';
import type { ExistingVersion } from '../../../src/rollout/plan/version.ts';
import { planUndo } from '../../../src/rollout/run/undo.ts';
import { groupOf, refresh } from '../facts.ts';
import { configuration } from '../imagined.ts';

function version(number: number, description = ''): ExistingVersion {
  return { number, description, imageId: `ami-0${number}`, instanceType: undefined, metadata: {} };
}

const VERSIONS = [version(6), version(7, 'by hand'), version(8, 'bake: version 7 with ami-08 (shop-web-1)')];
const ENDED = refresh({ status: 'Successful' });

interface Case {
  readonly what: string;
  readonly group?: Partial<Group>;
  readonly refreshes?: readonly Refresh[];
  /** The kind, and the version that a refresh goes back to. */
  readonly expected: string;
}

const ON_8 = { configuration: configuration('8') };

const CASES: readonly Case[] = [
  { what: 'while it runs, AWS rolls it back', refreshes: [refresh()], expected: 'roll-back' },
  { what: 'during the bake time too', refreshes: [refresh({ status: 'Baking' })], expected: 'roll-back' },
  {
    what: 'one on its way back is watched',
    refreshes: [refresh({ status: 'RollbackInProgress' })],
    expected: 'watch',
  },
  {
    what: 'one that is being cancelled is not disturbed',
    refreshes: [refresh({ status: 'Cancelling' })],
    expected: 'impossible',
  },
  {
    what: 'AWS cannot roll back to $Latest',
    group: { configuration: configuration('$Latest') },
    refreshes: [refresh()],
    expected: 'impossible',
  },
  {
    what: 'nor without a desired configuration',
    refreshes: [{ ...refresh(), desired: undefined }],
    expected: 'impossible',
  },
  {
    what: 'after its success the version says what was before',
    group: ON_8,
    refreshes: [ENDED],
    expected: 'refresh 7',
  },
  {
    what: 'the tags of the group come before that',
    group: {
      ...ON_8,
      tags: undoTags({ templateId: 'lt-0123456789abcdef0', version: 6, imageId: 'ami-0aaaaaaaaaaaaaaaa' }),
    },
    expected: 'refresh 6',
  },
  {
    what: 'tags of another template say nothing',
    group: {
      ...ON_8,
      tags: undoTags({ templateId: 'lt-0aaaaaaaaaaaaaaaa', version: 6, imageId: 'ami-0aaaaaaaaaaaaaaaa' }),
    },
    expected: 'refresh 7',
  },
  {
    what: 'a version that is gone can not be gone back to',
    group: {
      ...ON_8,
      tags: undoTags({ templateId: 'lt-0123456789abcdef0', version: 5, imageId: 'ami-0aaaaaaaaaaaaaaaa' }),
    },
    expected: 'impossible',
  },
  {
    what: 'a version that somebody made says nothing',
    group: { configuration: configuration('7') },
    expected: 'impossible',
  },
  { what: 'nor does a launch configuration', group: { configuration: undefined }, expected: 'impossible' },
];

for (const { what, group, refreshes = [], expected } of CASES) {
  test(`${what}: ${expected}`, () => {
    const plan = planUndo(groupOf(2, group), refreshes, VERSIONS);
    assert.equal(plan.kind === 'refresh' ? `refresh ${plan.version}` : plan.kind, expected);
    if (plan.kind === 'refresh') assert.equal(plan.desired.launchTemplate.version, String(plan.version));
  });
}
