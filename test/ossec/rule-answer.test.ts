/** What a machine with an image's rules is asked and answers. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRuleAnswer, ruleRequest } from '../../src/ossec/rule-answer.ts';

const EVENT = { rule: 5716, level: 5, decoder: 'sshd', alert: true, hook: null };

test('a request has the lines, or asks for the tests', () => {
  assert.equal(ruleRequest(['a "b"']), '{"lines":["a \\"b\\""]}');
  assert.equal(ruleRequest(undefined), '{}');
});

test('each kind of answer is read as what it is', () => {
  assert.deepEqual(readRuleAnswer('{"stand_in": true}'), { kind: 'stand-in' });
  assert.deepEqual(readRuleAnswer('{"stand_in": false, "refused": "no"}'), { kind: 'refused', why: 'no' });
  const read = (parts: object) => readRuleAnswer(JSON.stringify({ stand_in: false, ...parts }));
  assert.deepEqual(read({ events: [EVENT] }), { kind: 'events', events: [EVENT] });
  assert.deepEqual(read({ events: null }), { kind: 'events', events: undefined });
  const test = { name: 'n', own: false, lines: ['x'], rule: 'none', event: null, wrong: ['w'] };
  assert.deepEqual(read({ tests: [test] }), { kind: 'tests', tests: [test] });
});

test('anything else is no answer', () => {
  for (const text of ['', 'null', '{}', '{"stand_in": false}', '{"stand_in": false, "events": [{}]}'])
    assert.throws(() => readRuleAnswer(text));
});
