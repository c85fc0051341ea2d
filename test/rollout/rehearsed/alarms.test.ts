/** Alarms that guard a rollout: the user's own, and one that bake makes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectivePreferences } from '../../../src/rollout/preferences.ts';
import { start } from '../../../src/rollout/run/start.ts';
import { bake, doorsOf, prepared, USUAL } from './bake.ts';
import { assertWhole, worldWith } from './whole.ts';

test('an alarm at 40 percent rolls back', async () => {
  const world = await worldWith();
  world.moto.alarms.set('errors', 'OK');
  const hears = (text: string) => {
    const percent = Number(/(\d+) % done/.exec(text)?.[1] ?? 0);
    if (percent >= 40) world.moto.alarms.set('errors', 'ALARM');
  };
  const requested = { ...USUAL, alarms: ['errors'] };
  const wants = { preferences: effectivePreferences(requested, world.machineOf('web')) };
  const { short, outcomes } = await bake(world, world.client(), { requested, wants, hears });
  assert.deepEqual(short, ['web rolled-back']);
  assert.match(outcomes[0]?.why ?? '', /errors went into ALARM/);
  assertWhole(world, '1');
});

const guard = {
  namespace: 'Web',
  metric: 'Errors',
  statistic: 'Sum',
  above: 5,
  periodSeconds: 60,
} as const;

test('an alarm that was left is taken away by the next rollout, which has nothing else to do', async () => {
  const world = await worldWith();
  const client = world.client();
  const wants = { guard };
  await start(doorsOf(world, client), await prepared(client, 'web', { wants }));
  await world.pass(7200);
  assertWhole(world, '2');
  assert.equal(world.moto.alarms.size, 1);
  assert.deepEqual((await bake(world, world.client(), { wants })).short, ['web done']);
  assert.equal(world.moto.alarms.size, 0);
});

test('an alarm that bake makes guards a rollout whose bake dies', async () => {
  const wants = { guard };
  const whole = await worldWith();
  assert.deepEqual((await bake(whole, whole.client(), { wants })).short, ['web done']);
  assert.equal(whole.moto.alarms.size, 0);
  assertWhole(whole, '2');

  const world = await worldWith();
  const client = world.client();
  const begun = await start(doorsOf(world, client), await prepared(client, 'web', { wants }));
  assert.equal(begun.after, 2);
  await world.pass(60);
  world.moto.alarms.set('bake-rollout-web', 'ALARM');
  await world.pass(600);
  assert.equal(world.machineOf('web').machine.refresh?.status, 'RollbackSuccessful');
  assertWhole(world, '1');
});
