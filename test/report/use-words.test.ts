import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Use } from '../../src/images/model.ts';
import { usesSummary } from '../../src/report/images/use-words.ts';

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
