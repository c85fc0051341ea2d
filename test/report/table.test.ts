/** Columns for a terminal. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from '../../src/report/table.ts';

test('columns are as wide as a terminal shows them, and nothing in them is obeyed', () => {
  const rows = [
    ['ID', 'NAME', 'WHAT'],
    ['1', '日本', 'two columns a character'],
    ['100', '\u001b[2J', ''],
  ];
  assert.deepEqual(table(rows), [
    'ID   NAME     WHAT',
    '1    日本     two columns a character',
    '100  \\x1b[2J',
  ]);
  assert.deepEqual(table([]), []);
});
