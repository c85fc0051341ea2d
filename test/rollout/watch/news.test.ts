import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instance, Refresh } from '../../../src/rollout/model.ts';
import type { Look, ScalingActivity } from '../../../src/rollout/watch/model.ts';
import { newsOf } from '../../../src/rollout/watch/news.ts';
import { groupOf, instance, refresh } from '../facts.ts';

function look(parts: {
  readonly refresh?: Partial<Refresh>;
  readonly instances?: readonly Instance[];
  readonly activities?: readonly ScalingActivity[];
}): Look {
  return {
    refresh: { ...refresh(), ...parts.refresh },
    group: groupOf(2, parts.instances === undefined ? {} : { instances: parts.instances }),
    activities: parts.activities ?? [],
    targets: [],
  };
}

function failed(id: string, message: string): ScalingActivity {
  const description = 'Launching a new EC2 instance';
  return { id, description, message, cause: '', outcome: 'failed', startedAtSeconds: 0, endedAtSeconds: 1 };
}

function texts(before: Look | undefined, now: Look): string[] {
  return newsOf(before, now).map(({ level, text }) => (level === 'warning' ? `! ${text}` : text));
}

test('the first look says where the refresh is', () => {
  assert.deepEqual(texts(undefined, look({})), ['the refresh is in progress']);
});

test('a look like the one before says nothing', () => {
  assert.deepEqual(texts(look({}), look({})), []);
});

test('percentage, reason and status are said when they change', () => {
  const before = look({});
  const now = look({ refresh: { percentComplete: 50, instancesToUpdate: 1, reason: 'i-1 is warming up.' } });
  assert.deepEqual(texts(before, now), ['50 % done, 1 instance to go', 'i-1 is warming up.']);
  const back = look({ refresh: { status: 'RollbackInProgress', reason: 'an alarm', percentComplete: 20 } });
  assert.deepEqual(texts(now, back), ['! the refresh is being rolled back: an alarm']);
  const done = look({ refresh: { status: 'Successful', percentComplete: 100 } });
  assert.deepEqual(texts(now, done), ['the refresh was successful']);
});

test('instances are told of as they come, enter service, turn sick and go', () => {
  const before = look({ instances: [instance(0), instance(1), instance(2, { lifecycle: 'Pending' })] });
  const now = look({
    instances: [
      instance(1, { lifecycle: 'Terminating:Wait' }),
      instance(2),
      instance(3, { lifecycle: 'Pending:Wait' }),
      instance(4, { health: 'Unhealthy' }),
    ],
  });
  assert.deepEqual(texts(before, now), [
    'launching: i-3, i-4',
    'in service: i-2',
    '! unhealthy: i-4',
    'terminating: i-1',
    'gone: i-0',
  ]);
});

test('waiting in a stage is no news', () => {
  const before = look({ instances: [instance(0, { lifecycle: 'Pending' })] });
  assert.deepEqual(texts(before, look({ instances: [instance(0, { lifecycle: 'Pending:Wait' })] })), []);
});

test('failing launches are counted, each reason once', () => {
  const capacity = 'InsufficientInstanceCapacity';
  const before = look({ activities: [failed('1', capacity)] });
  const now = look({ activities: [failed('3', capacity), failed('2', 'no address'), failed('1', capacity)] });
  assert.deepEqual(texts(before, now), [
    '! 2 launches failed: InsufficientInstanceCapacity',
    '! 1 launch failed: no address',
  ]);
  assert.deepEqual(texts(now, now), []);
});
