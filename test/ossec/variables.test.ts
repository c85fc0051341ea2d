/** `$X` in rules. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { substitute } from '../../src/ossec/variables.ts';

const VARIABLES = new Map([
  ['sys_users', '^root$|^ossec$'],
  ['n', '6'],
]);

test('names end where OSSEC ends them, in any case', () => {
  const table: readonly (readonly [string, string])[] = [
    ['$SYS_USERS', '^root$|^ossec$'],
    ['a|$sys_users|b', 'a|^root$|^ossec$|b'],
    ['$N.$N,$N $N', '6.6,6 6'],
    ['$N$N', '66'],
    ['^end$', '^end$'],
    ['one$|two$', 'one$|two$'],
    ['$N$', '6$'],
    // OSSEC looks for variables only in texts of more than two bytes.
    ['$X', '$X'],
  ];
  for (const [text, filled] of table) assert.deepEqual(substitute(text, VARIABLES), { text: filled });
});

test('where there are variables, any $ before a letter is one', () => {
  assert.deepEqual(substitute('cost$)', VARIABLES), { unknown: ')' });
  assert.deepEqual(substitute('$NO|$N', VARIABLES), { unknown: 'NO' });
  assert.deepEqual(substitute('cost$)', new Map()), { text: 'cost$)' });
});
