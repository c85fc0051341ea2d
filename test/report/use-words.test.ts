import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Use } from '../../src/images/model.ts';
import { usesSummary, usesWords } from '../../src/report/images/use-words.ts';

const instance = (id: string, group?: string): Use => ({ kind: 'instance', id, group });
const image = (name: string): Use => ({ kind: 'image', imageId: `ami-${name}`, name });

test('one is named, more of a kind are counted: a base has an image for each role', () => {
  assert.equal(usesSummary([]), '');
  assert.equal(usesSummary([instance('i-1'), image('shop-web-1')]), 'i-1, shop-web-1');
  assert.equal(
    usesSummary([
      instance('i-1', 'web'),
      instance('i-2', 'web'),
      instance('i-3'),
      instance('i-4'),
      image('shop-web-1'),
      image('shop-web-2'),
      { kind: 'parameter', name: '/golden/web' },
    ]),
    'web (2), 2 instances, 2 images, /golden/web',
  );
});

test('who uses an image is named, where it is another region, and what nobody may know only where nobody is', () => {
  const unknown: Use = { kind: 'unknown', operation: 'ec2:DescribeInstances', reason: 'AccessDenied' };
  const placed = (...uses: Use[]) => uses.map((use) => ({ use, region: 'eu-west-1' }));
  assert.equal(
    usesWords([...placed(unknown), { use: unknown, region: 'eu-west-2' }], 'eu-west-1'),
    'nobody knows who uses it: ec2:DescribeInstances was refused (AccessDenied)',
  );
  assert.equal(usesWords(placed(unknown, instance('i-1')), 'eu-west-2'), 'used by instance i-1 in eu-west-1');
  const many = ['i-1', 'i-2', 'i-3', 'i-4', 'i-5'].map((id) => instance(id));
  assert.equal(
    usesWords(placed(...many), 'eu-west-1'),
    'used by instance i-1, instance i-2, instance i-3 and 2 more',
  );
});
