/** How often AWS is asked while groups are watched, and how soon what happens is said. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RefreshStatus } from '../../../src/rollout/model.ts';
import type { Doors } from '../../../src/rollout/run/doors.ts';
import { watch } from '../../../src/rollout/run/watch.ts';
import type { Rollouts } from '../../../src/world/rollouts/door.ts';
import { groupOf, instance, refresh } from '../facts.ts';

const NEVER = (): never => {
  throw new Error('a watch changes nothing');
};

/** Groups that hang until `endSeconds`, when their status changes; in `instanceSeconds` an instance does. */
function imagined(
  count: number,
  {
    endSeconds,
    instanceSeconds = Number.POSITIVE_INFINITY,
  }: { endSeconds: number; instanceSeconds?: number },
) {
  const names = Array.from({ length: count }, (_, index) => `group-${index}`);
  let now = 0;
  let calls = 0;
  const said: Array<{ readonly group: string; readonly text: string; readonly atSeconds: number }> = [];
  const status = (): RefreshStatus => (now >= endSeconds ? 'Successful' : 'InProgress');
  const rollouts: Rollouts = {
    groups: async (asked) => {
      calls += Math.ceil(asked.length / 50);
      const lifecycle = now >= instanceSeconds ? 'InService' : 'Pending';
      return asked.map((name) => ({ ...groupOf(1, { instances: [instance(0, { lifecycle })] }), name }));
    },
    refreshes: async () => {
      calls += 1;
      return [refresh({ status: status() })];
    },
    activities: async () => {
      calls += 1;
      return [];
    },
    image: NEVER,
    groupsTagged: NEVER,
    versions: NEVER,
    architectures: NEVER,
    alarms: NEVER,
    putAlarm: NEVER,
    deleteAlarm: NEVER,
    denied: NEVER,
    createVersion: NEVER,
    start: NEVER,
    cancel: NEVER,
    rollBack: NEVER,
    tag: NEVER,
    set: NEVER,
  };
  const doors: Doors = {
    rollouts,
    sleep: async (seconds) => {
      now += seconds;
    },
    nowSeconds: () => now,
    isInterrupted: () => false,
    say: (group, { text }) => said.push({ group, text, atSeconds: now }),
    check: NEVER,
  };
  return {
    said,
    run: async () => {
      await watch(
        doors,
        names.map((group) => ({ group, refreshId: 'refresh-1' })),
      );
      return { calls, seconds: now };
    },
  };
}

test('50 groups that hang are watched with fewer than four calls a second', async () => {
  const { calls, seconds } = await imagined(50, { endSeconds: 3600 }).run();
  assert.ok(seconds >= 3600);
  assert.ok(calls / seconds < 4, `${calls / seconds} a second`);
});

test('a change of an instance shows within 5 seconds, of the status within 15', async () => {
  const world = imagined(50, { endSeconds: 601, instanceSeconds: 301 });
  await world.run();
  const delays = (text: string, since: number) =>
    world.said.filter((one) => one.text.startsWith(text)).map(({ atSeconds }) => atSeconds - since);
  const instances = delays('in service', 301);
  const statuses = delays('the refresh was successful', 601);
  assert.deepEqual([instances.length, statuses.length], [50, 50]);
  assert.ok(Math.max(...instances) <= 5, `${Math.max(...instances)}`);
  assert.ok(Math.max(...statuses) <= 15, `${Math.max(...statuses)}`);
});
