/** "Did you mean" for rules. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestRules, suggestRules } from '../../src/ossec/nearest-rules.ts';
import { RULES } from '../support/rules.ts';

function ids(asked: number | string): number[] {
  return nearestRules(asked, RULES).map(({ id }) => id);
}

test('swapped digits first, then a wrong, missing or further digit, then neighbours', () => {
  assert.deepEqual(ids(702), [720, 700, 712]);
  assert.deepEqual(ids(7100), [710, 700]);
  assert.deepEqual(ids(72), [712, 720, 721]);
  assert.deepEqual(ids(9999), [721, 720, 712]);
});

test('words find rules by what they are about', () => {
  assert.deepEqual(ids('unknown-badge'), [712, 710]);
  assert.deepEqual(ids('wrong_badge'), [710, 712]);
  assert.deepEqual(ids('zzz'), []);
});

test('what is suggested is a sentence', () => {
  assert.equal(
    suggestRules(722, RULES),
    'Did you mean 721 (The door was opened at night), 720 (The door was opened) or 712 (Many unknown badges at one door)?',
  );
  assert.match(suggestRules('zzz', RULES), /^`bake ossec rules`/);
});
