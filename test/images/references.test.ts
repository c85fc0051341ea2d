import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Use } from '../../src/images/model.ts';
import { groupUses, mergeUses, referenceUse, sourceUses } from '../../src/images/references.ts';

describe('what AWS names is a use', () => {
  const CASES: ReadonlyArray<readonly [type: string, arn: string, use: Use]> = [
    [
      'ec2:Instance',
      'arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0',
      { kind: 'instance', id: 'i-0123456789abcdef0', group: undefined },
    ],
    [
      'ec2:LaunchTemplate',
      'arn:aws:ec2:eu-west-1:111122223333:launch-template/lt-1',
      { kind: 'launch-template', id: 'lt-1' },
    ],
    [
      'ssm:Parameter',
      'arn:aws:ssm:eu-west-1:111122223333:parameter/golden/web',
      { kind: 'parameter', name: '/golden/web' },
    ],
    [
      'ssm:Parameter',
      'arn:aws:ssm:eu-west-1:111122223333:parameter/golden',
      { kind: 'parameter', name: 'golden' },
    ],
    [
      'imagebuilder:ImageRecipe',
      'arn:aws:imagebuilder:eu-west-1:111122223333:image-recipe/a/1.0.0',
      { kind: 'recipe', arn: 'arn:aws:imagebuilder:eu-west-1:111122223333:image-recipe/a/1.0.0' },
    ],
    ['a kind that is new', 'arn:x', { kind: 'recipe', arn: 'arn:x' }],
  ];
  for (const [type, arn, use] of CASES) {
    test(arn, () => assert.deepEqual(referenceUse(type, arn), use));
  }
});

test('groups refer to images by their overrides and by what a rollout has noted in a tag', () => {
  const uses = groupUses([
    { name: 'web', overrides: ['ami-00000001'], tagValues: ['shop', 'before=ami-00000002,version=3'] },
    { name: 'worker', overrides: [], tagValues: [] },
  ]);
  assert.deepEqual(Object.fromEntries(uses), {
    'ami-00000001': [{ kind: 'group', name: 'web' }],
    'ami-00000002': [{ kind: 'rollout', group: 'web' }],
  });
});

test('a base is used by the images that stand on it', () => {
  const images = [{ imageId: 'ami-2', name: 'shop-web-1', sourceAmi: 'ami-1' }];
  assert.deepEqual(sourceUses(images).get('ami-1'), [
    { kind: 'image', imageId: 'ami-2', name: 'shop-web-1' },
  ]);
});

test('an instance is listed once, with its group where that is known', () => {
  const one = (group: string | undefined): Use => ({ kind: 'instance', id: 'i-1', group });
  for (const order of [
    [one(undefined), one('web')],
    [one('web'), one(undefined)],
  ]) {
    assert.deepEqual(mergeUses(order.map((use) => new Map([['ami-1', [use]]]))).get('ami-1'), [one('web')]);
  }
});
