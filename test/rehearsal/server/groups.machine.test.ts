/** Auto Scaling groups and instance refreshes of the rehearsal, over containers that are only imagined. */

import assert from 'node:assert/strict';
import {
  AutoScalingClient,
  CancelInstanceRefreshCommand,
  CreateAutoScalingGroupCommand,
  CreateOrUpdateTagsCommand,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  DescribeScalingActivitiesCommand,
  EnterStandbyCommand,
  ExitStandbyCommand,
  type InstanceRefresh,
  RollbackInstanceRefreshCommand,
  SetInstanceHealthCommand,
  SetInstanceProtectionCommand,
  StartInstanceRefreshCommand,
  type StartInstanceRefreshCommandInput,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { createImage, launchRunning, untilImage } from './ec2-steps.ts';
import { signedHeaders } from './sign.ts';
import { CREDENTIALS, DEBIAN, eventually, send, serverTests, type TestServer } from './support.ts';

const withServer = serverTests();

interface Scene {
  readonly ec2: EC2Client;
  readonly scaling: AutoScalingClient;
  readonly templateId: string;
  /** The image of version 2. */
  readonly image: string;
  readonly name: string;
}

let count = 0;

/** A group of `size` on version 1 of a template; version 2 has another image. A region of its own each. */
async function scene(server: TestServer, size: number, region: string): Promise<Scene> {
  const ec2 = new EC2Client({ ...server.client, region });
  const scaling = new AutoScalingClient({ ...server.client, region });
  count += 1;
  const name = `group-${count}`;
  const builder = await launchRunning(ec2);
  const image = await createImage(ec2, builder, `image-${count}`);
  await untilImage(ec2, image, 'available');
  const { LaunchTemplate } = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: `template-${count}`,
      LaunchTemplateData: { ImageId: DEBIAN.imageId, InstanceType: 't3.micro', UserData: 'aGVsbG8=' },
    }),
  );
  const templateId = LaunchTemplate?.LaunchTemplateId ?? '';
  await ec2.send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateId: templateId,
      SourceVersion: '1',
      LaunchTemplateData: { ImageId: image },
    }),
  );
  await scaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      MinSize: 0,
      MaxSize: 10,
      DesiredCapacity: size,
      DefaultInstanceWarmup: 0,
      AvailabilityZones: [`${region}a`, `${region}b`],
      LaunchTemplate: { LaunchTemplateId: templateId, Version: '1' },
      Tags: [{ Key: 'role', Value: 'web', PropagateAtLaunch: true }],
    }),
  );
  const made = { ec2, scaling, templateId, image, name };
  await untilInService(made, size, '1');
  return made;
}

async function described({ scaling, name }: Scene) {
  const { AutoScalingGroups } = await scaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
  );
  const [group] = AutoScalingGroups ?? [];
  assert.ok(group !== undefined);
  return group;
}

/** Waits until as many instances are in service, all of this version, and no others are there. */
function untilInService(made: Scene, size: number, version: string) {
  return eventually(async () => {
    const { Instances = [] } = await described(made);
    const isDone =
      Instances.length === size &&
      Instances.every((one) => one.LifecycleState === 'InService' && one.LaunchTemplate?.Version === version);
    return isDone ? Instances : undefined;
  });
}

async function start(made: Scene, preferences: StartInstanceRefreshCommandInput['Preferences'] = {}) {
  const { scaling, name, templateId } = made;
  const { InstanceRefreshId } = await scaling.send(
    new StartInstanceRefreshCommand({
      AutoScalingGroupName: name,
      DesiredConfiguration: { LaunchTemplate: { LaunchTemplateId: templateId, Version: '2' } },
      Preferences: { MinHealthyPercentage: 50, ...preferences },
    }),
  );
  return InstanceRefreshId;
}

async function refreshes({ scaling, name }: Scene): Promise<InstanceRefresh[]> {
  const { InstanceRefreshes = [] } = await scaling.send(
    new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: name }),
  );
  return InstanceRefreshes;
}

function untilStatus(made: Scene, status: string): Promise<InstanceRefresh> {
  return eventually(async () => (await refreshes(made)).find((one) => one.Status === status));
}

/** Puts the groups' clock that far ahead: it is one for all tests here, and never goes back. */
async function moveOn(server: TestServer, aheadSeconds: number): Promise<void> {
  const path = '/_rehearsal/group-clock';
  const body = JSON.stringify({ aheadSeconds });
  const request = { endpoint: server.endpoint, path, method: 'PUT', body };
  const headers = await signedHeaders({ ...request, credentials: CREDENTIALS });
  const answer = await send({ url: `${server.endpoint}${path}`, method: 'PUT', headers, body });
  assert.equal(answer.status, 200, answer.body);
}

async function cloudWatch(server: TestServer, action: string, params: Record<string, string>): Promise<void> {
  const body = new URLSearchParams({ Action: action, Version: '2010-08-01', ...params }).toString();
  const headers = await signedHeaders({
    endpoint: server.endpoint,
    path: '/',
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    credentials: CREDENTIALS,
    service: 'monitoring',
  });
  const answer = await send({ url: `${server.endpoint}/`, method: 'POST', headers, body });
  assert.equal(answer.status, 200, answer.body);
}

withServer('a version has what its source has, but for what it names', async (server) => {
  const made = await scene(server, 0, 'eu-west-1');
  const { LaunchTemplateVersions = [] } = await made.ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: made.templateId, Versions: ['2'] }),
  );
  const { ImageId, InstanceType, UserData } = LaunchTemplateVersions[0]?.LaunchTemplateData ?? {};
  assert.deepEqual([ImageId, InstanceType, UserData], [made.image, 't3.micro', 'aGVsbG8=']);
  const again = () =>
    made.ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateId: made.templateId,
        SourceVersion: '2',
        ClientToken: 'once',
        LaunchTemplateData: { ImageId: DEBIAN.imageId },
      }),
    );
  const numbers = (await Promise.all([again(), again()])).map(
    (one) => one.LaunchTemplateVersion?.VersionNumber,
  );
  assert.deepEqual(numbers, [3, 3]);
  await assert.rejects(
    made.ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateId: made.templateId,
        SourceVersion: '9',
        LaunchTemplateData: {},
      }),
    ),
    { name: 'InvalidLaunchTemplateId.VersionNotFound' },
  );
});

withServer('a group launches what it needs, and gives it its name and tags', async (server) => {
  const made = await scene(server, 2, 'eu-west-1');
  const ids = (await described(made)).Instances?.map(({ InstanceId }) => InstanceId ?? '') ?? [];
  const { Reservations = [] } = await made.ec2.send(new DescribeInstancesCommand({ InstanceIds: ids }));
  for (const { Instances = [] } of Reservations) {
    const tags = Object.fromEntries((Instances[0]?.Tags ?? []).map(({ Key = '', Value }) => [Key, Value]));
    assert.deepEqual(tags, { 'aws:autoscaling:groupName': made.name, role: 'web' });
    assert.equal(Instances[0]?.ImageId, DEBIAN.imageId);
  }
  await made.scaling.send(
    new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: made.name, DesiredCapacity: 3 }),
  );
  await untilInService(made, 3, '1');
});

withServer('a refresh moves a group to another image and back', async (server) => {
  const made = await scene(server, 3, 'eu-west-1');
  const id = await start(made, { SkipMatching: true, AutoRollback: true });
  const ended = await untilStatus(made, 'Successful');
  assert.equal(ended.InstanceRefreshId, id);
  assert.equal(ended.PercentageComplete, 100);
  const instances = await untilInService(made, 3, '2');
  const group = await described(made);
  assert.equal(group.LaunchTemplate?.Version, '2');
  const { Reservations = [] } = await made.ec2.send(
    new DescribeInstancesCommand({ InstanceIds: instances.map(({ InstanceId }) => InstanceId ?? '') }),
  );
  assert.deepEqual(
    Reservations.map(({ Instances }) => Instances?.[0]?.ImageId),
    [made.image, made.image, made.image],
  );
  await made.scaling.send(
    new StartInstanceRefreshCommand({
      AutoScalingGroupName: made.name,
      DesiredConfiguration: { LaunchTemplate: { LaunchTemplateId: made.templateId, Version: '1' } },
      Preferences: { MinHealthyPercentage: 0 },
    }),
  );
  await untilInService(made, 3, '1');
  await eventually(async () => ((await refreshes(made)).length === 2 ? true : undefined));
  await eventually(async () => ((await refreshes(made))[0]?.Status === 'Successful' ? true : undefined));
  const { Activities = [] } = await made.scaling.send(
    new DescribeScalingActivitiesCommand({ AutoScalingGroupName: made.name }),
  );
  assert.equal(Activities.filter(({ Description }) => Description?.startsWith('Launching')).length, 9);
  assert.equal(Activities.filter(({ Description }) => Description?.startsWith('Terminating')).length, 6);
  assert.ok(Activities.every(({ StatusCode }) => StatusCode === 'Successful'));
});

withServer(
  'a refresh waits at a checkpoint, on a clock that tests move, and not after its end',
  async (server) => {
    const made = await scene(server, 2, 'eu-west-1');
    await start(made, { CheckpointPercentages: [50, 100], CheckpointDelay: 7200 });
    await eventually(async () => {
      const [one] = await refreshes(made);
      return one?.StatusReason?.startsWith('Waiting at a checkpoint') ? one : undefined;
    });
    assert.equal((await refreshes(made))[0]?.PercentageComplete, 50);
    await assert.rejects(start(made), { name: 'InstanceRefreshInProgressFault' });
    await assert.rejects(
      made.scaling.send(
        new UpdateAutoScalingGroupCommand({
          AutoScalingGroupName: made.name,
          LaunchTemplate: { LaunchTemplateId: made.templateId, Version: '2' },
        }),
      ),
      { name: 'ValidationError' },
    );
    await moveOn(server, 7300);
    await untilInService(made, 2, '2');
    await eventually(async () => ((await refreshes(made))[0]?.Status === 'Successful' ? true : undefined));
    await assert.rejects(
      made.scaling.send(new RollbackInstanceRefreshCommand({ AutoScalingGroupName: made.name })),
      { name: 'ActiveInstanceRefreshNotFoundFault' },
    );
  },
);

withServer('a rollback brings the old version back, a cancel leaves both', async (server) => {
  const made = await scene(server, 2, 'eu-west-1');
  const { scaling, name } = made;
  await start(made, { CheckpointPercentages: [50, 100] });
  await eventually(async () => ((await refreshes(made))[0]?.PercentageComplete === 50 ? true : undefined));
  await scaling.send(new RollbackInstanceRefreshCommand({ AutoScalingGroupName: name }));
  const ended = await untilStatus(made, 'RollbackSuccessful');
  assert.deepEqual([ended.PercentageComplete, ended.RollbackDetails?.PercentageCompleteOnRollback], [0, 50]);
  await untilInService(made, 2, '1');
  await start(made, { CheckpointPercentages: [50, 100] });
  await eventually(async () => ((await refreshes(made))[0]?.PercentageComplete === 50 ? true : undefined));
  await scaling.send(new CancelInstanceRefreshCommand({ AutoScalingGroupName: name }));
  await untilStatus(made, 'Cancelled');
  const versions = (await described(made)).Instances?.map(({ LaunchTemplate }) => LaunchTemplate?.Version);
  assert.deepEqual(versions?.toSorted(), ['1', '2']);
});

withServer('launches that fail, and instances that are sick, say so', async (server) => {
  const made = await scene(server, 2, 'eu-west-1');
  server.machines.failing.add('launch');
  await start(made, { AutoRollback: true });
  const failed = await eventually(async () => {
    const { Activities = [] } = await made.scaling.send(
      new DescribeScalingActivitiesCommand({ AutoScalingGroupName: made.name }),
    );
    return Activities.find(({ StatusCode }) => StatusCode === 'Failed');
  });
  assert.match(failed.StatusMessage ?? '', /launch fails in this test/);
  server.machines.failing.delete('launch');
  await moveOn(server, 7300 + 61);
  await untilStatus(made, 'Successful');
  const [sick] = await untilInService(made, 2, '2');
  await made.scaling.send(
    new SetInstanceHealthCommand({ InstanceId: sick?.InstanceId, HealthStatus: 'Unhealthy' }),
  );
  await eventually(async () => {
    const { Instances = [] } = await described(made);
    const isReplaced =
      Instances.length === 2 && !Instances.some((one) => one.InstanceId === sick?.InstanceId);
    return isReplaced ? true : undefined;
  });
});

withServer('protected instances and those in standby are as their calls say', async (server) => {
  const made = await scene(server, 2, 'eu-west-1');
  const { scaling, name } = made;
  const [first, second] = await untilInService(made, 2, '1');
  const of = (InstanceId = '') => ({ AutoScalingGroupName: name, InstanceIds: [InstanceId] });
  await scaling.send(
    new SetInstanceProtectionCommand({ ...of(first?.InstanceId), ProtectedFromScaleIn: true }),
  );
  await scaling.send(
    new EnterStandbyCommand({ ...of(second?.InstanceId), ShouldDecrementDesiredCapacity: true }),
  );
  const group = await described(made);
  assert.equal(group.DesiredCapacity, 1);
  assert.deepEqual(
    group.Instances?.map((one) => [one.LifecycleState, one.ProtectedFromScaleIn]),
    [
      ['InService', true],
      ['Standby', false],
    ],
  );
  await start(made, { ScaleInProtectedInstances: 'Ignore', StandbyInstances: 'Ignore' });
  await untilStatus(made, 'Successful');
  await scaling.send(new ExitStandbyCommand(of(second?.InstanceId)));
  assert.equal((await described(made)).DesiredCapacity, 2);
});

withServer('an alarm in ALARM is heeded: before a refresh, and on its way', async (server) => {
  const made = await scene(server, 2, 'eu-west-1');
  await cloudWatch(server, 'PutMetricAlarm', {
    AlarmName: 'errors',
    MetricName: 'Errors',
    Namespace: 'web',
    Statistic: 'Sum',
    Period: '60',
    EvaluationPeriods: '1',
    Threshold: '1',
    ComparisonOperator: 'GreaterThanThreshold',
  });
  const state = (StateValue: string) =>
    cloudWatch(server, 'SetAlarmState', { AlarmName: 'errors', StateReason: 'a test', StateValue });
  const preferences = { AutoRollback: true, BakeTime: 86_400, AlarmSpecification: { Alarms: ['errors'] } };
  await state('ALARM');
  await assert.rejects(start(made, preferences), { name: 'ValidationError', message: /errors is ALARM/ });
  await state('OK');
  await start(made, preferences);
  await untilStatus(made, 'Baking');
  await state('ALARM');
  const ended = await untilStatus(made, 'RollbackSuccessful');
  assert.match(ended.StatusReason ?? '', /the CloudWatch alarm errors went into ALARM/);
  await untilInService(made, 2, '1');
});

withServer('what AWS refuses is refused by its names', async (server) => {
  const made = await scene(server, 1, 'eu-west-1');
  const { scaling, name } = made;
  const refused = (preferences: StartInstanceRefreshCommandInput['Preferences'], message: RegExp) =>
    assert.rejects(start(made, preferences), { name: 'ValidationError', message });
  await refused({ CheckpointPercentages: [50, 20] }, /must rise/);
  await refused({ MaxHealthyPercentage: 151 }, /at most 100 above/);
  await assert.rejects(scaling.send(new CancelInstanceRefreshCommand({ AutoScalingGroupName: name })), {
    name: 'ActiveInstanceRefreshNotFoundFault',
  });
  await assert.rejects(described({ ...made, name: 'no-such-group' }));
  await assert.rejects(scaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: name })), {
    name: 'ResourceInUseFault',
  });
  await scaling.send(
    new SuspendProcessesCommand({ AutoScalingGroupName: name, ScalingProcesses: ['AZRebalance'] }),
  );
  const tag = { ResourceId: name, ResourceType: 'auto-scaling-group', Key: 'role', Value: 'worker' };
  await scaling.send(new CreateOrUpdateTagsCommand({ Tags: [{ ...tag, PropagateAtLaunch: false }] }));
  const group = await described(made);
  assert.deepEqual(
    group.SuspendedProcesses?.map(({ ProcessName }) => ProcessName),
    ['AZRebalance'],
  );
  assert.deepEqual(
    group.Tags?.map(({ Value, PropagateAtLaunch }) => [Value, PropagateAtLaunch]),
    [['worker', false]],
  );
  await scaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: name, ForceDelete: true }));
  await assert.rejects(described(made));
});
