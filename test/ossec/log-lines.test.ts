/** What counts as one line of a log. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failed } from '../../src/failure.ts';
import { readLogLines } from '../../src/ossec/log-lines.ts';

test('lines keep their numbers; blank ones, which OSSEC skips, are left out', () => {
  assert.deepEqual(readLogLines('auth.log', 'one\r\n\n\nfour\nx\nlast'), [
    { number: 1, text: 'one' },
    { number: 4, text: 'four' },
    { number: 6, text: 'last' },
  ]);
  assert.deepEqual(readLogLines('auth.log', ''), []);
});

function problems(text: string): string[] {
  try {
    readLogLines('auth.log', text);
  } catch (error) {
    if (error instanceof Failed) return error.failures.map(({ problem }) => problem);
    throw error;
  }
  return [];
}

test('each line that OSSEC would not see as one is refused with its number', () => {
  assert.deepEqual(problems(`${'x'.repeat(6134)}\n`), []);
  assert.deepEqual(problems(`ab\n${'ü'.repeat(3068)}\na\0b`), [
    'auth.log, line 2: it has 6136 bytes, and OSSEC takes 6134 as one line',
    'auth.log, line 3: it has a null byte, at which OSSEC would stop to read',
  ]);
  assert.deepEqual(problems('ab\n'.repeat(100_001)), ['auth.log has 100001 lines']);
});
