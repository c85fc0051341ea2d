import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAnswers } from '../../src/instances/long-answers.ts';
import type { CommandOutcome } from '../../src/instances/run-command.ts';
import { memoryStore } from '../support/objects.ts';

const outcome = (id: string, parts: Partial<CommandOutcome> = {}): CommandOutcome => ({
  ...{ instanceId: id, kind: 'done', problem: '', stdout: 'cut', stderr: '', exitCode: 0, endedWith: 'look' },
  stdoutAt: { bucket: 'b', key: `p/c/${id}/look/stdout` },
  ...parts,
});

test('answers are read from S3 and removed there, and what is missing or too long is said', async () => {
  const store = memoryStore();
  for (const [id, text] of [
    ['i-1', 'whole'],
    ['i-2', 'x'.repeat(17 * 1024 * 1024)],
    ['i-3', 'no answer'],
  ] as const) {
    store.content.set(`s3://b/p/c/${id}/look/stdout`, Buffer.from(text));
    store.content.set(`s3://b/p/c/${id}/look/stderr`, Buffer.from('noise'));
  }
  const outcomes = [
    ...['i-1', 'i-2', 'i-3', 'i-4'].map((id) => outcome(id)),
    outcome('i-5', { kind: 'unreachable', problem: 'no agent', stdoutAt: undefined }),
  ];
  const { answers, problems } = await readAnswers(outcomes, store, (text) =>
    text === 'no answer' ? undefined : text,
  );
  assert.deepEqual([...answers], [['i-1', 'whole']]);
  assert.match(
    problems.get('i-4') ?? '',
    /^its answer is not at s3:\/\/b\/p\/c\/i-4\/look\/stdout: .*bake iam/,
  );
  problems.delete('i-4');
  assert.deepEqual(Object.fromEntries(problems), {
    'i-2': 'its answer can not be read',
    'i-3': 'its answer can not be read',
    'i-5': 'no agent',
  });
  assert.equal(store.content.size, 0);
});
