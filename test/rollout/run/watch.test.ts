/** How often AWS is asked while groups are watched, and how soon what happens is said. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fail } from '../../../src/failure.ts';
import type { RefreshStatus } from '../../../src/rollout/model.ts';
import type { Doors } from '../../../src/rollout/run/doors.ts';
import { watch } from '../../../src/rollout/run/watch.ts';
import type { Rollouts } from '../../../src/world/rollouts/model.ts';
import { groupOf, instance, refresh } from '../facts.ts';
import { template } from '../imagined.ts';

const NEVER = (): never => {
  throw new Error('a watch changes nothing');
};

interface Scene {
  readonly endSeconds: number;
  readonly instanceSeconds?: number;
  /** So many of the groups hang; all unless told. */
  readonly hanging?: number;
  /** Target groups of each group. */
  readonly targetGroups?: readonly string[];
  readonly isDenied?: boolean;
  /** How long each call takes. */
  readonly callSeconds?: number;
}

/** Groups that hang until `endSeconds`, when their status changes; in `instanceSeconds` an instance does. */
function imagined(
  count: number,
  {
    endSeconds,
    instanceSeconds = Number.POSITIVE_INFINITY,
    hanging = count,
    targetGroups = [],
    isDenied = false,
    callSeconds = 0,
  }: Scene,
) {
  const names = Array.from({ length: count }, (_, index) => `group-${index}`);
  let now = 0;
  let calls = 0;
  const said: Array<{ readonly group: string; readonly text: string; readonly atSeconds: number }> = [];
  const call = (calling = 1) => {
    calls += calling;
    now += calling * callSeconds;
  };
  const status = (): RefreshStatus => (now >= endSeconds ? 'Successful' : 'InProgress');
  const rollouts: Rollouts = {
    groups: async (asked) => {
      call(Math.ceil(asked.length / 50));
      const lifecycle = now >= instanceSeconds ? 'InService' : 'Pending';
      const instances = [instance(0, { lifecycle, launchTemplate: template('2') })];
      return asked.map((name) => ({ ...groupOf(1, { instances, targetGroups }), name }));
    },
    refreshes: async (group) => {
      call();
      const isHanging = names.indexOf(group) < hanging;
      return [refresh({ status: status(), percentComplete: isHanging ? 40 : now % 97 })];
    },
    activities: async () => {
      call();
      return [];
    },
    targetHealth: async (targetGroup) => {
      call();
      const operation = 'elasticloadbalancing:DescribeTargetHealth';
      if (isDenied) fail({ kind: 'aws', operation, code: 'AccessDenied', problem: `${operation} failed` });
      const sick = { state: 'unhealthy', reason: 'Target.Timeout', description: 'Request timed out' };
      return [0, 1].map((index) => ({ targetGroup, instanceId: `i-${index}`, ...sick }));
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
  for (const targetGroups of [[], ['web-tg'], ['one', 'two', 'three', 'four']]) {
    for (const callSeconds of [0, 0.15]) {
      const scene = { endSeconds: 3600, targetGroups, callSeconds };
      const { calls, seconds } = await imagined(50, scene).run();
      assert.ok(seconds >= 3600);
      assert.ok(calls / seconds < 4, `${calls / seconds} a second`);
    }
  }
});

test('why targets are not healthy is said of every group, soon where few of them hang', async () => {
  const sick = async (hanging: number) => {
    const world = imagined(50, { endSeconds: 3600, hanging, targetGroups: ['web-tg'] });
    await world.run();
    return world.said.filter(({ text }) => text === 'i-0 is not healthy in web-tg: Request timed out');
  };
  const all = await sick(50);
  assert.equal(new Set(all.map(({ group }) => group)).size, 50);
  assert.equal(all.length, 50);
  const [one, ...others] = await sick(1);
  assert.deepEqual([one?.group, others.length], ['group-0', 0]);
  assert.ok((one?.atSeconds ?? 3600) <= 30, `${one?.atSeconds}`);
});

test('that the health of targets may not be asked for is said once, and no failure', async () => {
  const world = imagined(50, { endSeconds: 3600, targetGroups: ['web-tg'], isDenied: true });
  await world.run();
  const warned = world.said.filter(({ text }) => text.includes('elasticloadbalancing:DescribeTargetHealth'));
  assert.equal(warned.length, 1);
  assert.ok(world.said.some(({ text }) => text === 'the refresh was successful'));
});

test('a change of an instance shows within 5 seconds, of the status within 15', async () => {
  const world = imagined(50, { endSeconds: 601, instanceSeconds: 301, targetGroups: ['web-tg'] });
  await world.run();
  const delays = (text: string, since: number) =>
    world.said.filter((one) => one.text.startsWith(text)).map(({ atSeconds }) => atSeconds - since);
  const instances = delays('in service', 301);
  const statuses = delays('the refresh was successful', 601);
  assert.deepEqual([instances.length, statuses.length], [50, 50]);
  assert.ok(Math.max(...instances) <= 5, `${Math.max(...instances)}`);
  assert.ok(Math.max(...statuses) <= 15, `${Math.max(...statuses)}`);
});

test('where answers take their time, a change of an instance is not late for it', async () => {
  const callSeconds = 0.15;
  const world = imagined(50, { endSeconds: 601, instanceSeconds: 301, callSeconds });
  await world.run();
  const seen = world.said.filter(({ text }) => text.startsWith('in service'));
  const delays = seen.map(({ atSeconds }) => atSeconds - 301);
  assert.equal(delays.length, 50);
  assert.ok(Math.max(...delays) <= 5 + 2 * callSeconds, `${Math.max(...delays)}`);
});
