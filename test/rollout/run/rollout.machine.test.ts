/** A rollout through the real door, against the rehearsal's Auto Scaling over imagined containers. */

import assert from 'node:assert/strict';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { CreateLaunchTemplateCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { effectivePreferences, type RequestedPreferences } from '../../../src/rollout/preferences.ts';
import type { Wanted } from '../../../src/rollout/preflight/facts.ts';
import type { Doors } from '../../../src/rollout/run/doors.ts';
import { gather } from '../../../src/rollout/run/gather.ts';
import { prepare } from '../../../src/rollout/run/prepare.ts';
import { start } from '../../../src/rollout/run/start.ts';
import { planUndo } from '../../../src/rollout/run/undo.ts';
import { watch } from '../../../src/rollout/run/watch.ts';
import { openRollouts } from '../../../src/world/rollouts/door.ts';
import { createImage, launchRunning, untilImage } from '../../rehearsal/server/ec2-steps.ts';
import { signedHeaders } from '../../rehearsal/server/sign.ts';
import {
  CREDENTIALS,
  DEBIAN,
  eventually,
  send,
  serverTests,
  type TestServer,
} from '../../rehearsal/server/support.ts';

const withServer = serverTests();
const REGION = 'eu-west-1';

let count = 0;

async function scene(server: TestServer, size: number, version = '1') {
  const ec2 = new EC2Client({ ...server.client, region: REGION });
  const scaling = new AutoScalingClient({ ...server.client, region: REGION });
  count += 1;
  const name = `rolled-${count}`;
  const image = await createImage(ec2, await launchRunning(ec2), name);
  await untilImage(ec2, image, 'available');
  const { LaunchTemplate } = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: name,
      LaunchTemplateData: { ImageId: DEBIAN.imageId, InstanceType: 't3.micro' },
    }),
  );
  await scaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      MinSize: 0,
      MaxSize: 10,
      DesiredCapacity: size,
      DefaultInstanceWarmup: 0,
      AvailabilityZones: [`${REGION}a`],
      LaunchTemplate: { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId, Version: version },
    }),
  );
  await eventually(async () => {
    const { AutoScalingGroups = [] } = await scaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
    );
    const { Instances = [] } = AutoScalingGroups[0] ?? {};
    const isThere = Instances.length === size && Instances.every((one) => one.LifecycleState === 'InService');
    return isThere ? true : undefined;
  });
  const said: string[] = [];
  const doors: Doors = {
    rollouts: openRollouts({ ...server.client, region: REGION }),
    sleep: () => new Promise((resolve) => setTimeout(resolve, 50)),
    nowSeconds: () => Date.now() / 1000,
    isInterrupted: () => false,
    say: (_, { text }) => said.push(text),
    check: async () => ({ passed: true, why: '' }),
  };
  return { name, image, doors, said };
}

async function control(server: TestServer, method: string, what: string, content?: object): Promise<unknown> {
  const path = `/_rehearsal/${what}`;
  const body = content === undefined ? {} : { body: JSON.stringify(content) };
  const headers = await signedHeaders({
    endpoint: server.endpoint,
    path,
    method,
    credentials: CREDENTIALS,
    ...body,
  });
  const answer = await send({ url: `${server.endpoint}${path}`, method, headers, ...body });
  assert.equal(answer.status, 200, answer.body);
  return JSON.parse(answer.body);
}

type Scene = Awaited<ReturnType<typeof scene>>;

async function prepared(
  { name, image, doors }: Scene,
  requested: RequestedPreferences,
  changes: Partial<Wanted> = {},
) {
  const [group] = await doors.rollouts.groups([name]);
  assert.ok(group !== undefined);
  const target = await doors.rollouts.image(image);
  const asked = { skipMatching: true, autoRollback: true, ...requested };
  const wanted: Wanted = {
    imageId: image,
    allowCandidate: false,
    isRehearsal: true,
    pin: false,
    requireImdsV2: false,
    managedBy: undefined,
    parameter: undefined,
    guard: undefined,
    checks: [],
    requested: asked,
    preferences: effectivePreferences(asked, group),
    ...changes,
  };
  const gathered = await gather(doors, group, {
    region: REGION,
    image: target,
    alarms: wanted.preferences.alarms,
  });
  return prepare(gathered, { wanted, imageName: name });
}

const FIRST = { minimumHealthyPercent: 100, maximumHealthyPercent: 200 } as const;

withServer('a group is moved to another image as predicted, watched, and back again', async (server) => {
  const made = await scene(server, 3);
  const { doors, name, said } = made;
  const plan = await prepared(made, FIRST);
  assert.equal(plan.preflight.verdict, 'start');
  assert.deepEqual(
    plan.preflight.findings.map(({ id }) => id),
    ['foreign-image', 'imdsv2'],
  );
  assert.deepEqual(plan.change?.differences, [{ key: 'ImageId', before: DEBIAN.imageId, after: made.image }]);
  assert.deepEqual([plan.change?.prediction.lowestReady, plan.change?.prediction.highestRunning], [3, 6]);
  const started = await start(doors, plan);
  assert.deepEqual([started.before, started.after, started.previousImageId], [1, 2, DEBIAN.imageId]);
  const ended = await watch(doors, [{ group: name, refreshId: started.refreshId }]);
  assert.equal(ended.get(name)?.refresh.status, 'Successful');
  assert.ok(said.includes('the refresh was successful'));
  assert.ok(
    said.some((text) => text.startsWith('launching: i-')),
    said.join('\n'),
  );

  assert.equal((await prepared(made, FIRST)).preflight.verdict, 'nothing');
  const [group] = await doors.rollouts.groups([name]);
  assert.ok(group?.configuration !== undefined);
  const templates = await doors.rollouts.versions(group.configuration.launchTemplate.id);
  const undo = planUndo(group, await doors.rollouts.refreshes(name), templates);
  assert.ok(undo.kind === 'refresh');
  assert.deepEqual([undo.version, undo.imageId], [1, DEBIAN.imageId]);
  const refreshId = await doors.rollouts.start(name, undo.desired, FIRST);
  await watch(doors, [{ group: name, refreshId }]);
  const [back] = await doors.rollouts.groups([name]);
  assert.deepEqual(
    back?.instances.map(({ launchTemplate }) => launchTemplate?.version),
    ['1', '1', '1'],
  );
});

withServer('a second rollout attaches to the first, and makes no version of its own', async (server) => {
  const made = await scene(server, 2);
  const { doors, name } = made;
  const requested = { ...FIRST, checkpointPercents: [50, 100], checkpointDelaySeconds: 3600 };
  const first = await start(doors, await prepared(made, requested));
  const second = await prepared(made, requested);
  assert.equal(second.preflight.verdict, 'attach');
  assert.deepEqual(second.change?.version, { kind: 'use', number: first.after });
  const [group] = await doors.rollouts.groups([name]);
  assert.ok(group !== undefined);
  const undo = planUndo(group, await doors.rollouts.refreshes(name), {
    versions: [],
    latest: 0,
    byDefault: 0,
  });
  assert.deepEqual(undo, { kind: 'roll-back', refreshId: first.refreshId });
  await doors.rollouts.rollBack(name);
  const ended = await watch(doors, [{ group: name, refreshId: first.refreshId }]);
  assert.equal(ended.get(name)?.refresh.status, 'RollbackSuccessful');
});

withServer('$Latest is refused, and pinned where that was asked for', async (server) => {
  const made = await scene(server, 1, '$Latest');
  const { doors, name } = made;
  assert.equal((await prepared(made, FIRST)).preflight.verdict, 'stop');
  const pinned = await prepared(made, FIRST, { pin: true });
  assert.equal(pinned.preflight.verdict, 'start');
  const started = await start(doors, pinned);
  const [during] = await doors.rollouts.groups([name]);
  assert.equal(during?.configuration?.launchTemplate.version, '1');
  await watch(doors, [{ group: name, refreshId: started.refreshId }]);
  const [after] = await doors.rollouts.groups([name]);
  assert.equal(after?.configuration?.launchTemplate.version, '2');
});

withServer(
  'with 30 % of the calls throttled it completes, with at most 1.6 times the calls',
  async (server) => {
    const made = await scene(server, 3);
    const { doors, name } = made;
    const effect = { kind: 'refuse', code: 'Throttling', status: 400, message: 'Rate exceeded' };
    await control(server, 'DELETE', 'calls');
    await control(server, 'PUT', 'faults', [{ action: '*', times: 100_000, share: 0.3, effect }]);
    try {
      const started = await start(doors, await prepared(made, FIRST));
      const ended = await watch(doors, [{ group: name, refreshId: started.refreshId }]);
      assert.equal(ended.get(name)?.refresh.status, 'Successful');
    } finally {
      await control(server, 'PUT', 'faults', []);
    }
    const all = z
      .array(z.object({ action: z.string(), outcome: z.string() }))
      .parse(await control(server, 'GET', 'calls'));
    const calls = all.filter(({ action }) => !action.startsWith('rehearsal:'));
    const throttled = calls.filter(({ outcome }) => outcome === 'Throttling').length;
    assert.ok(throttled > 0.2 * calls.length, `${throttled} of ${calls.length}`);
    assert.ok(calls.length <= 1.6 * (calls.length - throttled), `${throttled} of ${calls.length}`);
  },
);

withServer('a likely failure is named while it happens', async (server) => {
  const made = await scene(server, 2);
  const { doors, name, said } = made;
  server.machines.failing.add('launch');
  try {
    const started = await start(doors, await prepared(made, FIRST));
    const isFailing = () => said.some((text) => text.includes('failed: '));
    const end = Date.now() + 20_000;
    const some: Doors = { ...doors, isInterrupted: () => isFailing() || Date.now() > end };
    await watch(some, [{ group: name, refreshId: started.refreshId }]);
    assert.ok(
      said.some((text) => /^\d launch(es)? failed: .*launch fails in this test/.test(text)),
      said.join('\n'),
    );
  } finally {
    server.machines.failing.delete('launch');
    await doors.rollouts.cancel(name);
  }
});

withServer('an alarm that is not OK, or not there, is found before AWS refuses it', async (server) => {
  const made = await scene(server, 1);
  const cloudWatch = new CloudWatchClient({ ...server.client, region: REGION });
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'errors',
      MetricName: 'Errors',
      Namespace: 'web',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  );
  const state = (StateValue: 'OK' | 'ALARM') =>
    cloudWatch.send(new SetAlarmStateCommand({ AlarmName: 'errors', StateReason: 'a test', StateValue }));
  const found = async (alarms: readonly string[]) => {
    const { preflight } = await prepared(made, { ...FIRST, alarms });
    return preflight.findings.filter(({ id }) => id === 'alarm').map(({ problem }) => problem);
  };
  await state('OK');
  assert.deepEqual(await found(['errors', 'no-such']), ['there is no alarm no-such']);
  await state('ALARM');
  assert.deepEqual(await found(['errors']), ['the alarm errors is ALARM, and AWS takes only OK']);
});
