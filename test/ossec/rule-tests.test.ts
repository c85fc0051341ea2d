/** `rules.test.yaml`: what it says, and every mistake at its place. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readRuleTests } from '../../src/ossec/rule-tests.ts';

test('tests come in the order of the file', () => {
  const { tests, failures } = readRuleTests({
    path: 'rules.test.yaml',
    text: `
- name: guessing passwords
  lines: [first, second]
  rule: 5720
  level: 10
  decoder: sshd
  notified: true
- { name: quiet, line: "a: b", rule: none }
`,
  });
  assert.deepEqual(failures, []);
  assert.deepEqual(tests, [
    {
      name: 'guessing passwords',
      lines: ['first', 'second'],
      rule: 5720,
      level: 10,
      decoder: 'sshd',
      notified: true,
    },
    {
      name: 'quiet',
      lines: ['a: b'],
      rule: 'none',
      level: undefined,
      decoder: undefined,
      notified: undefined,
    },
  ]);
});

test('an empty file has no tests', () => {
  assert.deepEqual(readRuleTests({ path: 'x', text: '' }), { tests: [], failures: [] });
});

describe('mistakes', () => {
  const cases = [
    { text: 'name: x', at: '1:1', problem: 'the file must be a list of tests' },
    { text: '- name: x\n  rule: 1', at: '1:3', problem: 'test 1 must have one of line and lines' },
    {
      text: '- name: x\n  rule: 1\n  line: a\n  lines: [b]',
      at: '1:3',
      problem: 'test 1 must have one of line and lines',
    },
    {
      text: '- name: x\n  rule: sshd\n  line: a',
      at: '2:9',
      problem: 'rule must be the id of a rule, or none',
    },
    {
      text: '- name: x\n  rule: 1\n  line: a\n  levl: 3',
      at: '1:3',
      problem: 'test 1 has what no test has: levl',
    },
    { text: '- name: x\n  rule: 1\n  line: "a\\nb"', at: '3:9', problem: 'line must be one line' },
    { text: '- name: x\n  rule: 1\n  lines: []', at: '3:10', problem: 'lines must have at least one line' },
    { text: '- name: 7\n  rule: 1\n  line: a', at: '1:9', problem: 'name must be a string' },
    { text: '- name: "x', at: '1:11', problem: 'Missing closing "quote' },
  ];
  for (const { text, at, problem } of cases) {
    test(JSON.stringify(text), () => {
      const { tests, failures } = readRuleTests({ path: 'rules.test.yaml', text });
      const [failure] = failures;
      assert.deepEqual(tests, []);
      assert.equal(`${failure?.at?.line}:${failure?.at?.column}`, at);
      assert.equal(failure?.problem, problem);
    });
  }
});
