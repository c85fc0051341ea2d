/** What people see of a rollout that has ended, and what a shell sees of it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { report } from '../../src/commands/rollout-report.ts';
import type { Context } from '../../src/context.ts';
import { Failed } from '../../src/failure.ts';
import { describeOutcome } from '../../src/rollout/describe-outcome.ts';
import type { Group, Refresh } from '../../src/rollout/model.ts';
import {
  launchedSince,
  type Outcome,
  type OutcomeKind,
  outcome,
  outcomeOf,
} from '../../src/rollout/run/outcome.ts';
import type { ScalingActivity } from '../../src/rollout/watch/model.ts';
import { groupOf, instance, refresh } from './facts.ts';
import { configuration } from './imagined.ts';

function ended(changes: Partial<Refresh>): Refresh {
  return refresh({ startedAtSeconds: 100, endedAtSeconds: 190, ...changes });
}

function seen(
  changes: Partial<Refresh>,
  { before = groupOf(3), ids = [0, 7, 8], launched = [] as string[] } = {},
): Outcome {
  const now: Group = groupOf(3, { instances: ids.map((id) => instance(id)) });
  return outcomeOf({ before, now, refresh: ended(changes), launched: new Set(launched) });
}

test('what was replaced and skipped, how long it took, and the versions', () => {
  assert.deepEqual(describeOutcome(seen({ status: 'Successful' })), [
    'web-asg: done after 1 min 30 s',
    '  2 instances replaced, 1 skipped',
    '  from version 1 to version 2',
  ]);
});

test('one that was joined after its end knows what came before that', () => {
  const before = groupOf(3, {
    configuration: configuration('2'),
    instances: [0, 7, 8].map((id) => instance(id)),
  });
  assert.deepEqual(
    describeOutcome(seen({ status: 'Successful' }, { before, launched: ['i-7', 'i-8', 'i-9'] })),
    ['web-asg: done after 1 min 30 s', '  2 instances replaced, 1 skipped', '  all on version 2'],
  );
});

test('what did not succeed says why, and what to do next', () => {
  const said = (status: Refresh['status'], changes: Partial<Refresh> = {}) =>
    describeOutcome(seen({ status, reason: 'launches fail.', ...changes }));
  assert.deepEqual(said('Failed'), [
    'web-asg: failed after 1 min 30 s',
    '  because launches fail.',
    '  2 instances replaced, 1 left as they were',
    '  from version 1, not yet all on version 2',
    '  → go back: bake rollout undo --group web-asg',
  ]);
  assert.match(said('Cancelled').join(), /nothing is undone; to go back: bake rollout undo/);
  assert.deepEqual(said('RollbackSuccessful', { rollbackReason: 'an alarm' }), [
    'web-asg: rolled back after 1 min 30 s',
    '  because an alarm',
    '  2 instances replaced, 1 left as they were',
    '  back on version 1, from version 2',
  ]);
});

test('instances that a refresh has launched are in the activities since it began', () => {
  const activity = (description: string, startedAtSeconds: number): ScalingActivity => ({
    id: '1',
    description,
    message: '',
    cause: '',
    outcome: 'done',
    startedAtSeconds,
    endedAtSeconds: undefined,
  });
  const all = [
    activity('Launching a new EC2 instance: i-0a7', 101),
    activity('Launching a new EC2 instance: i-0a8.  Status Reason: it did not answer', 100),
    activity('Launching a new EC2 instance', 120),
    activity('Terminating EC2 instance: i-0a1', 130),
    activity('Launching a new EC2 instance: i-0a0', 99),
  ];
  assert.deepEqual([...launchedSince(ended({}), all)], ['i-0a7', 'i-0a8']);
});

function reported(
  kinds: readonly OutcomeKind[],
  { asked = [], interrupted = false }: { asked?: readonly OutcomeKind[]; interrupted?: boolean } = {},
) {
  const signal = interrupted ? AbortSignal.abort() : new AbortController().signal;
  const context = { reporter: { result: () => undefined }, signal } as unknown as Context;
  try {
    const all = kinds.map((kind) => outcome('web', kind));
    return { code: report(context, all, asked), failures: [] };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { code: error.exitCode, failures: error.failures };
  }
}

test('an interruption says what AWS goes on with, or that nothing was begun', () => {
  const [going] = reported(['under-way'], { interrupted: true }).failures;
  assert.equal(going?.problem, 'interrupted, and AWS goes on with web');
  assert.match(going?.remedy ?? '', /`bake rollout watch --group web`.*`bake rollout undo --group web`/);
  const nothing = reported(['not-started'], { interrupted: true });
  assert.equal(nothing.code, 130);
  assert.match(nothing.failures[0]?.remedy ?? '', /^run the same command again/);
  assert.equal(reported(['rolled-back'], { interrupted: true }).code, 4);
});

test('the exit code is that of the gravest, but for what was asked for', () => {
  const code = (kinds: readonly OutcomeKind[], asked: readonly OutcomeKind[] = []) =>
    reported(kinds, { asked }).code;
  assert.deepEqual(
    [code(['done', 'done']), code(['done', 'failed']), code(['rolled-back', 'done'])],
    [0, 1, 4],
  );
  assert.deepEqual([code(['cancelled']), code(['under-way']), code(['done', 'not-started'])], [5, 130, 1]);
  assert.deepEqual([code(['rolled-back', 'failed']), code(['under-way', 'failed'])], [1, 130]);
  assert.deepEqual([code(['cancelled'], ['cancelled']), code(['rolled-back'], ['rolled-back'])], [0, 0]);
  assert.equal(code(['failed', 'rolled-back'], ['rolled-back']), 1);
});
