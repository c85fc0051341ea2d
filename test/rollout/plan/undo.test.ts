import assert from 'node:assert/strict';
import { test } from 'node:test';
import { desiredConfiguration } from '../../../src/rollout/plan/desired.ts';
import { readUndo, UNDO_TAG, undoTags } from '../../../src/rollout/plan/undo.ts';
import { override } from '../facts.ts';
import { configuration } from '../imagined.ts';

const UNDO = {
  templateId: 'lt-0123456789abcdef0',
  version: 7,
  replacedBy: 8,
  imageId: 'ami-0aaaaaaaaaaaaaaaa',
};

test('what is remembered is read again', () => {
  assert.deepEqual(readUndo(undoTags(UNDO)), UNDO);
  assert.deepEqual(readUndo(new Map([['team', 'platform'], ...undoTags(UNDO)])), UNDO);
});

test('tags that make no sense are none', () => {
  assert.equal(readUndo(new Map()), undefined);
  const tags: ReadonlyArray<readonly [string, string]> = [
    [UNDO_TAG.version, 'lt-0123456789abcdef0:$Latest before 8'],
    [UNDO_TAG.version, 'lt-0123456789abcdef0:0 before 8'],
    [UNDO_TAG.version, 'lt-0123456789abcdef0:7'],
    [UNDO_TAG.version, '7'],
    [UNDO_TAG.image, 'resolve:ssm:/web'],
    [UNDO_TAG.image, ''],
  ];
  for (const [key, value] of tags) {
    assert.equal(readUndo(new Map([...undoTags(UNDO), [key, value]])), undefined, value);
  }
});

test('a mixed instances policy is copied whole', () => {
  const mixed = {
    overrides: [override({ instanceType: 'c5.large', weight: 2, rest: { SpotMaxPrice: '1' } }), override()],
    distribution: { OnDemandBaseCapacity: 1, SpotAllocationStrategy: 'price-capacity-optimized' },
  };
  assert.deepEqual(desiredConfiguration({ ...configuration('7'), mixed }, 8), {
    ...configuration('8'),
    mixed,
  });
});
