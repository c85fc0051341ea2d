/** What goes wrong on the way: in the end the group has one version, the right one, and nothing is left over. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { follow } from '../../../src/rollout/run/follow.ts';
import { goBack, planOf } from '../../../src/rollout/run/go-back.ts';
import { roll } from '../../../src/rollout/run/roll.ts';
import { start } from '../../../src/rollout/run/start.ts';
import { type Asked, bake, doorsOf, prepared, SMOKE, USUAL } from './bake.ts';
import { assertWhole, worldWith } from './whole.ts';
import { NEW_IMAGE, OLD_IMAGE, Rehearsed } from './world.ts';

const FAILING = { times: 100_000, effect: { kind: 'fail', reason: 'InsufficientInstanceCapacity' } };

/** What fails does until the refresh goes back. */
function untilItGoesBack(world: Rehearsed, said: string[]): NonNullable<Asked['hears']> {
  return (text) => {
    said.push(text);
    if (text.includes('is being rolled back')) world.faults();
  };
}

test('launches that fail: named while it happens, and rolled back after the hour', async () => {
  const world = await worldWith();
  world.faults({ action: 'autoscaling:Launch', ...FAILING });
  const said: string[] = [];
  const { short, outcomes } = await bake(world, world.client(), {
    hears: untilItGoesBack(world, said),
    drowsiness: 6,
  });
  assert.deepEqual(short, ['web rolled-back']);
  assert.match(outcomes[0]?.why ?? '', /no progress for an hour: launches fail/);
  const named = said.findIndex((text) => /failed: .*InsufficientInstanceCapacity/.test(text));
  const back = said.findIndex((text) => text.includes('was rolled back'));
  assert.ok(said.length < 10, said.join('\n'));
  assert.ok(named > 0 && named < back, said.join('\n'));
  assertWhole(world, '1');
});

test('instances that never become healthy: the same', async () => {
  const world = await worldWith();
  world.faults({ action: 'autoscaling:HealthCheck', ...FAILING });
  const said: string[] = [];
  const { short } = await bake(world, world.client(), {
    hears: untilItGoesBack(world, said),
    drowsiness: 4,
  });
  assert.deepEqual(short, ['web rolled-back']);
  assert.ok(said.some((text) => text.includes('unhealthy: i-')));
  assert.ok(
    said.some((text) => /instances? taken out: an EC2 health check/.test(text)),
    said.join('\n'),
  );
  assertWhole(world, '1');
});

const TARGETS = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web-tg/0123456789abcdef';
const SICK = {
  action: 'elasticloadbalancing:HealthCheck',
  times: 100_000,
  effect: { kind: 'fail', reason: 'Health checks failed with these codes: [502]' },
};

test('instances that never become healthy to a load balancer: named while it happens', async () => {
  const world = await worldWith();
  await world.scaling('AttachTrafficSources', {
    AutoScalingGroupName: 'web',
    'TrafficSources.member.1.Identifier': TARGETS,
  });
  await world.scaling('UpdateAutoScalingGroup', {
    AutoScalingGroupName: 'web',
    HealthCheckType: 'ELB',
    HealthCheckGracePeriod: '240',
  });
  world.faults(SICK);
  const said: string[] = [];
  const { short } = await bake(world, world.client(), {
    hears: untilItGoesBack(world, said),
    requested: { ...USUAL, warmupSeconds: 300 },
    drowsiness: 4,
  });
  assert.deepEqual(short, ['web rolled-back']);
  const at = (pattern: RegExp) => said.findIndex((text) => pattern.test(text));
  const named = at(
    /web: i-\w+, i-\w+ are not healthy in web-tg: Health checks failed with these codes: \[502\]/,
  );
  assert.ok(named > 0 && named < at(/taken out: an ELB system health check failure/), said.join('\n'));
  assertWhole(world, '1');
});

test('a group that does not heed its load balancer: what it will never hear of is said', async () => {
  const world = await worldWith();
  await world.scaling('AttachLoadBalancerTargetGroups', {
    AutoScalingGroupName: 'web',
    'TargetGroupARNs.member.1': TARGETS,
  });
  world.faults(SICK);
  const said: string[] = [];
  const { short } = await bake(world, world.client(), { hears: (text) => said.push(text) });
  assert.deepEqual(short, ['web done']);
  assert.ok(
    said.some((text) => text.includes('not healthy in web-tg')),
    said.join('\n'),
  );
});

test('without the right to ask load balancers, it is said once and goes on', async () => {
  const world = await worldWith();
  await world.scaling('AttachLoadBalancerTargetGroups', {
    AutoScalingGroupName: 'web',
    'TargetGroupARNs.member.1': TARGETS,
  });
  const effect = { kind: 'refuse', code: 'AccessDenied', status: 403 };
  world.faults({ action: 'elasticloadbalancing:DescribeTargetHealth', times: 100, effect });
  const said: string[] = [];
  const client = world.client();
  const { short } = await bake(world, client, { hears: (text) => said.push(text) });
  assert.deepEqual(short, ['web done']);
  assert.equal(said.filter((text) => text.includes('not seen: the health of targets')).length, 1);
  assert.equal(client.calls.filter((call) => call === 'DescribeTargetHealth').length, 1);
});

test('a check that fails at the checkpoint rolls back at once, and says why', async () => {
  const world = await worldWith();
  const places: string[] = [];
  const { short, outcomes } = await bake(world, world.client(), {
    checks: [SMOKE],
    check: ({ stage, instances, imageId }) => {
      places.push(`${stage.kind} ${stage.percent} ${instances.length} ${imageId}`);
      return { passed: false, why: 'exit code 1: no such page' };
    },
  });
  assert.deepEqual(short, ['web rolled-back']);
  assert.equal(outcomes[0]?.why, 'the check smoke failed at 50 percent: exit code 1: no such page');
  assert.deepEqual(places, [`checkpoint 50 2 ${NEW_IMAGE}`]);
  assertWhole(world, '1');
});

test('checks are repeated while it waits, and run in the bake time too', async () => {
  const world = await worldWith();
  const places: string[] = [];
  const { short, outcomes } = await bake(world, world.client(), {
    checks: [SMOKE],
    check: ({ stage }) => {
      places.push(stage.kind);
      return stage.kind === 'bake' ? { passed: false, why: 'too slow' } : { passed: true, why: '' };
    },
  });
  assert.deepEqual(places, ['checkpoint', 'checkpoint', 'bake']);
  assert.deepEqual(short, ['web rolled-back']);
  assert.match(outcomes[0]?.why ?? '', /smoke failed in the bake time/);
  assertWhole(world, '1');
});

test('a check that fails when the refresh has just succeeded: it goes back by a refresh of its own', async () => {
  const world = await worldWith();
  const client = world.client();
  const doors = doorsOf(world, client);
  const slow = async () => {
    await world.clock.wait(200);
    return { passed: false, why: 'too late' };
  };
  const plan = await prepared(client, 'web', {
    checks: [SMOKE],
    requested: { ...USUAL, checkpointPercents: [], checkpointDelaySeconds: undefined },
  });
  const [outcome] = await Promise.race([
    roll({ ...doors, check: slow }, [plan], {
      region: 'eu-west-1',
      waves: undefined,
      again: async () => [plan],
    }),
    world.pass(3600).then(() => []),
  ]);
  assert.equal(outcome?.kind, 'rolled-back');
  assert.equal(outcome?.undone?.status, 'Successful');
  assertWhole(world, '1');
});

test('AWS cannot roll back to $Latest: a failed check cancels it, and a refresh goes back', async () => {
  const world = await worldWith(['web'], '$Latest');
  const { short, outcomes } = await bake(world, world.client(), {
    requested: { ...USUAL, autoRollback: false },
    checks: [SMOKE],
    check: () => ({ passed: false, why: 'exit code 1' }),
  });
  assert.deepEqual(short, ['web rolled-back']);
  assert.equal(outcomes[0]?.undone?.status, 'Successful');
  assertWhole(world, '1');
});

test('undo after a success, pinned or not, and only once', async () => {
  for (const [version, autoRollback] of [
    ['1', true],
    ['$Latest', false],
    ['$Default', false],
  ] as const) {
    const world = await worldWith(['web'], version);
    const client = world.client();
    const { short } = await bake(world, client, { requested: { ...USUAL, autoRollback } });
    assert.deepEqual(short, ['web done']);
    assertWhole(world, '2');
    const plan = await planOf(client.rollouts, 'web');
    assert.ok(plan.kind === 'refresh');
    assert.deepEqual([plan.version, plan.imageId], [1, OLD_IMAGE]);
    const [before] = await client.rollouts.groups(['web']);
    assert.ok(before !== undefined);
    const begun = await goBack(client.rollouts, 'web', plan, USUAL);
    await follow(doorsOf(world, client), [{ ...begun, before }]);
    assertWhole(world, '1');
    assert.equal((await planOf(client.rollouts, 'web')).kind, 'impossible');
  }
});

test('an interruption while the version is made begins no refresh, and the next try takes that version', async () => {
  const world = await worldWith();
  const client = world.client();
  let made = 0;
  const createVersion: typeof client.rollouts.createVersion = async (request) => {
    made += 1;
    return client.rollouts.createVersion(request);
  };
  const rollouts = { ...client.rollouts, createVersion };
  const doors = { ...doorsOf(world, client), rollouts, isInterrupted: () => made === 1 };
  await assert.rejects(start(doors, await prepared(client, 'web')), {
    name: 'Failed',
    message: 'interrupted',
  });
  assert.deepEqual(await client.rollouts.refreshes('web'), []);
  const again = await start({ ...doors, isInterrupted: () => false }, await prepared(client, 'web'));
  assert.deepEqual([made, again.before, again.after], [1, 1, 2]);
});

test('the answer to the start is lost: its refresh is found', async () => {
  const world = await worldWith();
  const client = world.client();
  const first = await start(doorsOf(world, client), await prepared(client, 'web'));
  const lost = await prepared(client, 'web');
  const again = await start(doorsOf(world, client), lost);
  assert.equal(again.refreshId, first.refreshId);
  await assert.rejects(
    start(doorsOf(world, client), await prepared(client, 'web', { wants: { imageId: OLD_IMAGE } })),
    /InstanceRefreshInProgress/,
  );
});

const GROUPS = ['canary', 'one', 'two', 'three'];

test('waves: the canary first, then so many at a time', async () => {
  const world = await worldWith(GROUPS);
  const said: string[] = [];
  const { short } = await bake(world, world.client(), {
    groups: ['one', 'two', 'canary', 'three'],
    waves: { canary: ['canary'], atOnce: 2, undo: false },
    requested: {
      ...USUAL,
      checkpointPercents: [],
      checkpointDelaySeconds: undefined,
      bakeSeconds: undefined,
    },
    hears: (text) => {
      if (/wave|was successful/.test(text)) said.push(text);
    },
  });
  assert.deepEqual(short, ['canary done', 'one done', 'two done', 'three done']);
  assert.deepEqual(said, [
    'canary: wave 1 of 3',
    'canary: the refresh was successful',
    'one: wave 2 of 3',
    'two: wave 2 of 3',
    // The two are looked at in turns.
    'two: the refresh was successful',
    'one: the refresh was successful',
    'three: wave 3 of 3',
    'three: the refresh was successful',
  ]);
});

test('a failed wave stops the next, and undoes the earlier ones where that is asked for', async () => {
  for (const undo of [false, true]) {
    const world = await worldWith(GROUPS);
    const { short, outcomes } = await bake(world, world.client(), {
      groups: GROUPS,
      waves: { canary: ['canary'], atOnce: 2, undo },
      checks: [SMOKE],
      check: ({ group }) => ({ passed: group !== 'two', why: 'exit code 1' }),
    });
    assert.deepEqual(
      short,
      undo
        ? ['canary rolled-back', 'one rolled-back', 'two rolled-back', 'three not-started']
        : ['canary done', 'one done', 'two rolled-back', 'three not-started'],
    );
    assert.match(outcomes[3]?.why ?? '', /a wave before it did not succeed/);
    for (const name of GROUPS.slice(0, 2)) assertWhole(world, undo ? '1' : '2', name);
    for (const name of GROUPS.slice(2)) assertWhole(world, '1', name);
  }
});

test('an interruption leaves what has begun to AWS, and begins nothing else', async () => {
  const world = await worldWith(['one', 'two']);
  let isInterrupted = false;
  const { short, outcomes } = await bake(world, world.client(), {
    groups: ['one', 'two'],
    waves: { canary: ['one'], atOnce: undefined, undo: true },
    isInterrupted: () => isInterrupted,
    hears: (text) => {
      isInterrupted ||= text.includes('in service');
    },
  });
  assert.deepEqual(short, ['one under-way', 'two not-started']);
  assert.equal(outcomes[1]?.why, 'bake was interrupted');
  await world.pass(900);
  assertWhole(world, '2', 'one');
  assertWhole(world, '1', 'two');
});

test('a group that goes away before its turn has failed, and what was done is done', async () => {
  const world = await worldWith(['one', 'two']);
  const { short } = await bake(world, world.client(), {
    groups: ['one', 'two'],
    waves: { canary: ['one'], atOnce: undefined, undo: false },
    hears: (text) => {
      if (text === 'one: the refresh was successful') {
        world.scaling('DeleteAutoScalingGroup', { AutoScalingGroupName: 'two', ForceDelete: 'true' });
      }
    },
  });
  assert.deepEqual(short, ['one done', 'two failed']);
});

test('a group of 200 is prepared with at most 12 calls', async () => {
  const world = new Rehearsed();
  await world.group('web', 200);
  const client = world.client();
  const { preflight, change } = await prepared(client, 'web');
  assert.equal(preflight.verdict, 'start');
  assert.equal(change?.prediction.highestRunning, 300);
  // And one for the images of the fleet, and one for alarms.
  assert.ok(client.calls.length + 2 <= 12, client.calls.join(', '));
});

test('what may not be called is found before anything is changed, all of it', async () => {
  const world = await worldWith();
  const denied = [
    ['autoscaling:DescribeScalingActivities', 'AccessDenied'],
    ['ec2:RunInstances', 'UnauthorizedOperation'],
    ['ec2:CreateLaunchTemplateVersion', 'UnauthorizedOperation'],
  ];
  world.faults(
    ...denied.map(([action, code]) => ({ action, effect: { kind: 'refuse', code, status: 403 } })),
  );
  const { preflight } = await prepared(world.client(), 'web');
  assert.equal(preflight.verdict, 'stop');
  const problems = preflight.findings.filter(({ id }) => id === 'permission').map(({ problem }) => problem);
  assert.deepEqual(
    problems.toSorted(),
    denied.map(([action]) => `the credentials may not call ${action}`).toSorted(),
  );
});
