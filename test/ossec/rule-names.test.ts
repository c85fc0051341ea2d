/** Names in `alert_rules_list`. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNDECLARED_PORT } from '../../src/ossec/own-rule-ids.ts';
import { ALERT_NAMES, idsOf } from '../../src/ossec/rule-names.ts';
import { RULES } from '../support/rules.ts';

test('a name means its rules, an id itself', () => {
  assert.deepEqual(idsOf('integrity', undefined), [550, 551, 552, 553, 554]);
  assert.deepEqual(idsOf('sshd-bruteforce', undefined), [5712, 5719, 5720, 40112]);
  assert.deepEqual(idsOf(4711, RULES), [4711]);
});

test('a name means only rules that there are; those of bake are in no tarball', () => {
  const [rule] = RULES.values();
  assert.ok(rule !== undefined);
  assert.deepEqual(idsOf('integrity', new Map([[553, { ...rule, id: 553 }]])), [553]);
  assert.deepEqual(idsOf('netstat', RULES), [UNDECLARED_PORT]);
});

test('every name means something, and no two the same', () => {
  const all = ALERT_NAMES.flatMap((name) => idsOf(name, undefined));
  assert.equal(new Set(all).size, all.length);
  for (const name of ALERT_NAMES) assert.ok(idsOf(name, undefined).length > 0);
});
