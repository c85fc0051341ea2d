import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Group, Refresh } from '../../../src/rollout/model.ts';
import { undoTags } from '../../../src/rollout/plan/undo.ts';
import type { ExistingVersion } from '../../../src/rollout/plan/version.ts';
import { planUndo } from '../../../src/rollout/run/undo.ts';
import { groupOf, instance, refresh } from '../facts.ts';
import { configuration, template } from '../imagined.ts';

function version(number: number, description = ''): ExistingVersion {
  return { number, description, imageId: `ami-0${number}`, instanceType: undefined, metadata: {} };
}

const VERSIONS = [version(6), version(7, 'by hand'), version(8, 'bake: version 7 with ami-08 (shop-web-1)')];
const TEMPLATES = { versions: VERSIONS, latest: 8, byDefault: 6 };

/** A refresh to a version that has ended. */
function ended(status: Refresh['status'], to = '8'): Refresh {
  return refresh({ status, desired: configuration(to) });
}

function tags(version: number, replacedBy: number, templateId = 'lt-0123456789abcdef0') {
  return undoTags({ templateId, version, replacedBy, imageId: 'ami-0aaaaaaaaaaaaaaaa' });
}

/** Two instances, of these versions. */
function of(...versions: readonly string[]): Pick<Group, 'instances'> {
  return { instances: versions.map((one, index) => instance(index, { launchTemplate: template(one) })) };
}

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
    what: 'a way back that runs is watched, and not turned round',
    group: { ...ON_8, tags: tags(7, 8) },
    refreshes: [refresh({ desired: configuration('7') }), ended('Successful')],
    expected: 'watch',
  },
  {
    what: 'the same where only the version says what was before',
    group: ON_8,
    refreshes: [refresh({ desired: configuration('7') }), ended('Successful')],
    expected: 'watch',
  },
  {
    what: 'the same after a failure, to what the group has saved',
    group: { configuration: configuration('7'), ...of('7', '8') },
    refreshes: [refresh({ desired: configuration('7') }), ended('Failed')],
    expected: 'watch',
  },
  {
    what: 'another try after a failure is rolled back',
    group: { configuration: configuration('7'), tags: tags(6, 7), ...of('7', '8') },
    refreshes: [refresh({ desired: configuration('8') }), ended('Failed')],
    expected: 'roll-back',
  },
  {
    what: 'AWS cannot roll back to $Latest',
    group: { configuration: configuration('$Latest') },
    refreshes: [refresh({ desired: configuration('8') })],
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
    refreshes: [ended('Successful')],
    expected: 'refresh 7',
  },
  {
    what: 'the tags of the group come before that',
    group: { ...ON_8, tags: tags(6, 8) },
    refreshes: [ended('Successful')],
    expected: 'refresh 6',
  },
  {
    what: 'tags of a rollout before the last one are of the past',
    group: { ...ON_8, tags: tags(6, 7) },
    refreshes: [ended('Successful')],
    expected: 'refresh 7',
  },
  {
    what: 'what has been undone is not undone twice',
    group: { configuration: configuration('6'), tags: tags(6, 8) },
    refreshes: [ended('Successful', '6')],
    expected: 'impossible',
  },
  {
    what: 'tags of another template say nothing',
    group: { ...ON_8, tags: tags(6, 8, 'lt-0aaaaaaaaaaaaaaaa') },
    expected: 'refresh 7',
  },
  {
    what: 'a version that is gone can not be gone back to',
    group: { ...ON_8, tags: tags(5, 8) },
    expected: 'impossible',
  },
  {
    what: 'a refresh that was cancelled midway: back to what the group has, not to what was before that',
    group: { configuration: configuration('7'), tags: tags(6, 7), ...of('7', '8') },
    refreshes: [ended('Cancelled')],
    expected: 'refresh 7',
  },
  {
    what: 'a failed one, and a rollback that failed, the same',
    group: { configuration: configuration('7'), ...of('8', '8') },
    refreshes: [ended('RollbackFailed')],
    expected: 'refresh 7',
  },
  {
    what: 'a refresh that was rolled back has left nothing to undo',
    group: { configuration: configuration('7'), tags: tags(6, 7), ...of('7', '7') },
    refreshes: [ended('RollbackSuccessful')],
    expected: 'impossible',
  },
  {
    what: '$Latest is the version that a failed rollout made: back to the one before',
    group: { configuration: configuration('$Latest'), ...of('7', '8') },
    refreshes: [ended('Failed')],
    expected: 'refresh 7',
  },
  {
    what: '$Default is still what it was',
    group: { configuration: configuration('$Default'), ...of('6', '8') },
    refreshes: [ended('Cancelled')],
    expected: 'refresh 6',
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
    const plan = planUndo(groupOf(2, group), refreshes, TEMPLATES);
    assert.equal(plan.kind === 'refresh' ? `refresh ${plan.version}` : plan.kind, expected);
    if (plan.kind === 'refresh') assert.equal(plan.desired.launchTemplate.version, String(plan.version));
  });
}
