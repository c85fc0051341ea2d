/** What people see of log lines and of rule tests. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NamedHook } from '../../src/ossec/config.ts';
import type { TestResult } from '../../src/ossec/rule-answer.ts';
import { eventLines, testLines } from '../../src/report/rule-test.ts';

const HOOKS: readonly NamedHook[] = [
  { name: 'hook-1', format: 'slack', url: { kind: 'ssm-parameter', name: '/shop/slack' } },
  { name: 'hook-2', format: 'json', url: { kind: 'in-image', environmentVariable: 'URL' } },
];
const QUIET = { rule: null, level: null, decoder: null, alert: false, hook: null };
const GUESS = { rule: 5716, level: 5, decoder: 'sshd', alert: true, hook: null };

test('each line has its rule, its alert and its hook; hooks that get nothing are left out', () => {
  const lines = [
    { number: 1, text: 'guess' },
    { number: 3, text: 'hello\x1b[2J' },
    { number: 4, text: 'guess' },
  ];
  const events = [GUESS, QUIET, { ...GUESS, rule: 5720, level: 10, hook: 'hook-1' }];
  assert.deepEqual(eventLines(lines, events, HOOKS), [
    'LINE  RULE  LEVEL  DECODER  ALERT  HOOK    TEXT',
    '1     5716  5      sshd     yes    -       guess',
    '3     -     -      -        no     -       hello\\x1b[2J',
    '4     5720  10     sshd     yes    hook-1  guess',
    '',
    'hook-1: slack, its URL is in the SSM parameter /shop/slack',
    '3 lines; alerts: 2, posted to a hook: 1',
  ]);
});

const PASSED: TestResult = { name: 'one', own: false, lines: ['x'], rule: 5716, event: GUESS, wrong: [] };

test('what passes is one line; what fails says what was expected, and what is', () => {
  const failed: TestResult[] = [
    {
      ...PASSED,
      name: 'many',
      lines: ['x', 'y\x07'],
      rule: 5720,
      level: 10,
      decoder: 'sshd',
      notified: true,
      wrong: ['w'],
    },
    { ...PASSED, name: 'quiet', own: true, rule: 'none', notified: false, wrong: ['w'] },
    { ...PASSED, name: 'gone', event: QUIET, wrong: ['w'] },
    { ...PASSED, name: 'lost', event: null, wrong: ['w'] },
  ];
  assert.deepEqual(testLines('web', [PASSED, ...failed]), [
    '✔ web: one',
    '✖ web: many',
    '    expected: rule 5720, level 10, decoder sshd, posted to a hook',
    '    actual:   rule 5716, level 5, decoder sshd, an alert, posted to no hook',
    '    line:     y\\x07',
    "✖ web: quiet (bake's own)",
    '    expected: no alert, posted to no hook',
    '    actual:   rule 5716, level 5, decoder sshd, an alert, posted to no hook',
    '    line:     x',
    '✖ web: gone',
    '    expected: rule 5716',
    '    actual:   no rule, no decoder, no alert',
    '    line:     x',
    '✖ web: lost',
    '    expected: rule 5716',
    '    actual:   OSSEC did not answer for every line',
    '    line:     x',
    'web: 5 rule tests, 4 failed',
  ]);
  assert.equal(testLines('web', [PASSED]).at(-1), 'web: 1 rule test, all pass');
});
