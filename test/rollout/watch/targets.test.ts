import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TargetHealth } from '../../../src/rollout/watch/model.ts';
import { newcomersOf, targetNews } from '../../../src/rollout/watch/targets.ts';
import { groupOf, instance, refresh } from '../facts.ts';
import { configuration, template } from '../imagined.ts';

function target(index: number, state: string, description = '', reason = ''): TargetHealth {
  return { targetGroup: 'web-tg', instanceId: `i-${index}`, state, reason, description };
}

function texts(before: readonly TargetHealth[], now: readonly TargetHealth[]): string[] {
  return targetNews(before, now).map(({ level, text }) => (level === 'warning' ? `! ${text}` : text));
}

const CODES = 'Health checks failed with these codes: [502]';

test('who takes no traffic is told with the reason, once', () => {
  const now = [target(1, 'unhealthy', CODES), target(2, 'healthy'), target(3, 'unhealthy', CODES)];
  assert.deepEqual(texts([], now), [`! i-1, i-3 are not healthy in web-tg: ${CODES}`]);
  assert.deepEqual(texts(now, now), []);
  const other = [target(1, 'unhealthy', '', 'Target.Timeout'), ...now.slice(1)];
  assert.deepEqual(texts(now, other), ['! i-1 is not healthy in web-tg: Target.Timeout']);
});

test('the first checks are no cause for worry', () => {
  const first = [target(1, 'initial', 'Initial health checks in progress')];
  assert.deepEqual(texts([], first), ['i-1 is not yet healthy in web-tg: Initial health checks in progress']);
  assert.deepEqual(texts(first, [target(1, 'healthy')]), []);
  assert.deepEqual(texts([target(1, 'unhealthy', CODES)], [target(1, 'healthy')]), [
    'i-1 is healthy in web-tg',
  ]);
});

test('what drains, is not checked, or is in a state yet to be made, is no news', () => {
  for (const state of ['draining', 'unhealthy.draining', 'unavailable', 'constructor', '']) {
    assert.deepEqual(texts([], [target(1, state)]), [], state);
    assert.deepEqual(texts([target(1, 'unhealthy', CODES)], [target(1, state)]), [], state);
  }
});

test('of many only some are named', () => {
  const all = Array.from({ length: 8 }, (_, index) => target(index, 'unhealthy', CODES));
  assert.deepEqual(texts([], all), [
    `! i-0, i-1, i-2, i-3, i-4 and 3 more are not healthy in web-tg: ${CODES}`,
  ]);
});

test('newcomers are what a refresh launches, and what its rollback launches', () => {
  const instances = [
    instance(0),
    instance(1, { launchTemplate: template('2') }),
    instance(2, { launchTemplate: template('2'), lifecycle: 'Pending:Wait' }),
    instance(3, { launchTemplate: template('2'), lifecycle: 'Terminating:Wait' }),
    instance(4, { launchTemplate: undefined }),
  ];
  const ids = (changes: Parameters<typeof refresh>[0], version = '1') =>
    newcomersOf(groupOf(4, { instances, configuration: configuration(version) }), refresh(changes)).map(
      ({ id }) => id,
    );
  assert.deepEqual(ids({}), ['i-1', 'i-2']);
  assert.deepEqual(ids({ status: 'RollbackInProgress' }), ['i-0']);
  assert.deepEqual(
    newcomersOf(groupOf(1, { configuration: undefined }), { ...refresh(), desired: undefined }),
    [],
  );
});
