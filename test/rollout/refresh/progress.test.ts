/** What `DescribeInstanceRefreshes` would say on the way. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressOf } from '../../../src/rollout/refresh/progress.ts';
import { group, play, type Scene } from '../imagined.ts';

/** Percentage and instances to update at the end of every second, without repetitions. */
function progress(scene: Scene): string[] {
  const { moments } = play(scene);
  const last = moments.filter(({ atSeconds }, index) => atSeconds !== moments[index + 1]?.atSeconds);
  const lines = last.map(({ atSeconds, state: { refresh }, state }) => {
    assert.ok(refresh !== undefined);
    const { percentComplete, instancesToUpdate } = progressOf(state, refresh, atSeconds);
    return `${refresh.status} ${percentComplete} % ${instancesToUpdate}`;
  });
  return lines.filter((line, index) => line !== lines[index - 1]);
}

test('an instance is no longer to be updated once its replacement is launched, and counts once it is warm', () => {
  assert.deepEqual(progress({ group: group(2), preferences: { warmupSeconds: 60 } }), [
    'InProgress 0 % 1',
    'InProgress 50 % 0',
    'Successful 100 % 0',
  ]);
});

test('what was launched beyond the capacity stands for an old one', () => {
  const preferences = { minimumHealthyPercent: 100, maximumHealthyPercent: 150 };
  assert.deepEqual(progress({ group: group(4), preferences }), [
    'InProgress 0 % 2',
    'InProgress 50 % 0',
    'Successful 100 % 0',
  ]);
});

test("a partial refresh ends where AWS's example does, at 50 percent of ten", () => {
  const preferences = { minimumHealthyPercent: 80, checkpointPercents: [50] };
  assert.deepEqual(progress({ group: group(10), preferences }).at(-1), 'Successful 50 % 5');
});

test('during a rollback the percentage falls to zero', () => {
  const events = [{ atSeconds: 150, event: { kind: 'rollback' } as const }];
  assert.deepEqual(progress({ group: group(4), events }), [
    'InProgress 0 % 3',
    'InProgress 25 % 2',
    'InProgress 50 % 1',
    'RollbackInProgress 33 % 2',
    'RollbackInProgress 16 % 3',
    'RollbackInProgress 0 % 4',
    'RollbackSuccessful 0 % 4',
  ]);
});
