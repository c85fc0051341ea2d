import assert from 'node:assert/strict';
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
  DeleteVolumeCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  EC2Client,
  GetConsoleOutputCommand,
  ModifyInstanceAttributeCommand,
  RevokeSecurityGroupEgressCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { describe, launch, launchRunning, untilInstance } from './ec2-steps.ts';
import { DEBIAN, serverTests, type TestServer } from './support.ts';

const serverTest = serverTests();

function ec2In(server: TestServer, region: string): EC2Client {
  return new EC2Client({ ...server.client, region });
}

serverTest(
  'an instance lives from pending to terminated, with its address and its volume',
  async (server) => {
    const ec2 = ec2In(server, 'eu-west-1');
    await ec2.send(new CreateKeyPairCommand({ KeyName: 'launch', KeyType: 'ed25519' }));
    const launched = await launch(ec2, {
      KeyName: 'launch',
      UserData: Buffer.from('#cloud-config\n').toString('base64'),
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 12, VolumeType: 'gp3' } }],
      TagSpecifications: [
        { ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'web' }] },
        { ResourceType: 'volume', Tags: [{ Key: 'Name', Value: 'root' }] },
      ],
    });
    const id = launched.InstanceId;
    assert.equal(launched.State?.Name, 'pending');
    assert.match(id, /^i-0[0-9a-f]{16}$/);
    assert.match(launched.PublicIpAddress ?? '', /^127\.77\./);
    assert.equal(launched.PrivateIpAddress, launched.PublicIpAddress);
    assert.deepEqual(launched.Tags, [{ Key: 'Name', Value: 'web' }]);
    const running = await untilInstance(ec2, id, 'running');
    assert.equal(running.KeyName, 'launch');
    const volumeId = running.BlockDeviceMappings?.[0]?.Ebs?.VolumeId ?? '';
    const { Volumes } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [volumeId] }));
    assert.deepEqual(
      Volumes?.map(({ Size, State, Tags, Attachments }) => [Size, State, Tags, Attachments?.[0]?.InstanceId]),
      [[12, 'in-use', [{ Key: 'Name', Value: 'root' }], id]],
    );
    const stopping = await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    const [change] = stopping.StoppingInstances ?? [];
    assert.deepEqual([change?.PreviousState?.Name, change?.CurrentState?.Name], ['running', 'stopping']);
    const stopped = await untilInstance(ec2, id, 'stopped');
    assert.equal(stopped.PublicIpAddress, undefined);
    assert.equal(stopped.StateReason?.Code, 'Client.UserInitiatedShutdown');
    await ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
    await untilInstance(ec2, id, 'running');
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    const terminated = await untilInstance(ec2, id, 'terminated');
    assert.deepEqual([terminated.PrivateIpAddress, terminated.BlockDeviceMappings], [undefined, []]);
    const again = await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    assert.equal(again.TerminatingInstances?.[0]?.CurrentState?.Name, 'terminated');
    const filter = { Name: 'volume-id', Values: [volumeId] };
    assert.deepEqual((await ec2.send(new DescribeVolumesCommand({ Filters: [filter] }))).Volumes, []);
  },
);

serverTest('what the rules of security groups let out is in force for instances that run', async (server) => {
  const ec2 = ec2In(server, 'eu-south-1');
  const { GroupId = '' } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'quiet', Description: 'lets nothing out' }),
  );
  const all = { GroupId, IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] };
  const id = await launchRunning(ec2, { SecurityGroupIds: [GroupId] });
  const isSilent = () => server.machines.silent.has(id);
  assert.equal(isSilent(), false);
  await ec2.send(new RevokeSecurityGroupEgressCommand(all));
  assert.equal(isSilent(), true);
  await ec2.send(new AuthorizeSecurityGroupEgressCommand(all));
  assert.equal(isSilent(), false);
  await ec2.send(new RevokeSecurityGroupEgressCommand(all));
  const { SecurityGroups = [] } = await ec2.send(
    new DescribeSecurityGroupsCommand({ GroupNames: ['default'] }),
  );
  const Groups = SecurityGroups.flatMap(({ GroupId: group }) => group ?? []);
  await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, Groups }));
  assert.equal(isSilent(), false);
  const second = await launchRunning(ec2, { SecurityGroupIds: [GroupId] });
  assert.deepEqual([...server.machines.silent], [second]);
});

serverTest('a launch that AWS would refuse is refused, and nothing is launched', async (server) => {
  const ec2 = ec2In(server, 'us-west-2');
  const cases: readonly (readonly [Partial<RunInstancesCommandInput>, string])[] = [
    [{ ImageId: 'ami-00000000000000000' }, 'InvalidAMIID.NotFound'],
    [{ ImageId: 'debian' }, 'InvalidAMIID.Malformed'],
    [{ KeyName: 'nobody' }, 'InvalidKeyPair.NotFound'],
    [{ SubnetId: 'subnet-00000000000000000' }, 'InvalidSubnetID.NotFound'],
    [{ SecurityGroupIds: ['sg-00000000000000000'] }, 'InvalidGroup.NotFound'],
    [{ InstanceType: 'x9.huge' as 't3.micro' }, 'InvalidInstanceType'],
    [{ InstanceType: 't4g.micro' }, 'InvalidParameterValue'],
    [{ IamInstanceProfile: { Name: 'nobody' } }, 'InvalidParameterValue'],
    [{ MinCount: 2, MaxCount: 1 }, 'InvalidParameterValue'],
    [{ InstanceInitiatedShutdownBehavior: 'sleep' as 'stop' }, 'InvalidParameterValue'],
    [{ DryRun: true }, 'DryRunOperation'],
  ];
  for (const [changes, name] of cases) {
    await assert.rejects(launch(ec2, changes), { name }, JSON.stringify(changes));
  }
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({}));
  assert.deepEqual(Reservations, []);
});

serverTest('a client token launches once, however often it is sent', async (server) => {
  const ec2 = ec2In(server, 'us-west-1');
  const ClientToken = 'once';
  const both = await Promise.all([launch(ec2, { ClientToken }), launch(ec2, { ClientToken })]);
  const later = await launch(ec2, { ClientToken });
  assert.deepEqual(new Set([...both, later].map(({ InstanceId }) => InstanceId)).size, 1);
  const refused = { ClientToken: 'refused', ImageId: 'ami-00000000000000000' };
  await assert.rejects(launch(ec2, refused), { name: 'InvalidAMIID.NotFound' });
  assert.ok((await launch(ec2, { ClientToken: 'refused' })).InstanceId);
});

serverTest('several are launched at once, or none where addresses run out', async (server) => {
  const ec2 = ec2In(server, 'us-east-2');
  const input = { ImageId: DEBIAN.imageId, InstanceType: 't3.micro', MinCount: 3, MaxCount: 3 } as const;
  const { Instances = [] } = await ec2.send(new RunInstancesCommand(input));
  assert.deepEqual(
    Instances.map(({ AmiLaunchIndex }) => AmiLaunchIndex),
    [0, 1, 2],
  );
  assert.equal(new Set(Instances.map(({ PrivateIpAddress }) => PrivateIpAddress)).size, 3);
  server.machines.failing.add('reserve');
  await assert.rejects(launch(ec2), { name: 'InsufficientFreeAddressesInSubnet' });
  server.machines.failing.delete('reserve');
});

serverTest(
  'a failing launch ends terminated with a reason, whether docker or a fault fails it',
  async (server) => {
    const ec2 = ec2In(server, 'eu-west-2');
    server.machines.failing.add('launch');
    const { InstanceId } = await launch(ec2);
    const terminated = await untilInstance(ec2, InstanceId, 'terminated');
    server.machines.failing.delete('launch');
    assert.equal(terminated.StateReason?.Code, 'Server.InternalError');
    assert.match(terminated.StateReason?.Message ?? '', /launch fails in this test/);
  },
);

serverTest('instances are found by filters and shown in pages', async (server) => {
  const ec2 = ec2In(server, 'eu-west-3');
  const ids: string[] = [];
  for (const role of ['web', 'db', 'web']) {
    const Tags = [{ Key: 'role', Value: role }];
    ids.push(await launchRunning(ec2, { TagSpecifications: [{ ResourceType: 'instance', Tags }] }));
  }
  const find = async (Name: string, ...Values: string[]) => {
    const found = await ec2.send(new DescribeInstancesCommand({ Filters: [{ Name, Values }] }));
    return found.Reservations?.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId));
  };
  assert.deepEqual(await find('tag:role', 'web'), [ids[0], ids[2]]);
  assert.deepEqual(await find('tag-key', 'role'), ids);
  assert.deepEqual(await find('instance-state-name', 'running'), ids);
  assert.deepEqual(await find('instance-state-name', 'stopped'), []);
  assert.deepEqual(await find('image-id', DEBIAN.imageId), ids);
  await assert.rejects(find('image', 'x'), { name: 'InvalidParameterValue' });
  const first = await ec2.send(new DescribeInstancesCommand({ MaxResults: 2 }));
  const second = await ec2.send(new DescribeInstancesCommand({ MaxResults: 2, NextToken: first.NextToken }));
  assert.deepEqual([first.Reservations?.length, second.Reservations?.length], [2, 1]);
  assert.equal(second.NextToken, undefined);
  const elsewhere = new DescribeInstancesCommand({ InstanceIds: [ids[0] ?? ''] });
  await assert.rejects(ec2In(server, 'us-east-1').send(elsewhere), { name: 'InvalidInstanceID.NotFound' });
  const status = await ec2.send(new DescribeInstanceStatusCommand({ InstanceIds: ids }));
  assert.deepEqual(
    status.InstanceStatuses?.map((one) => one.InstanceStatus?.Status),
    ['ok', 'ok', 'ok'],
  );
});

serverTest('tags change while an instance runs', async (server) => {
  const ec2 = ec2In(server, 'eu-central-1');
  const id = await launchRunning(ec2);
  const Tags = [
    { Key: 'a', Value: '1' },
    { Key: 'b', Value: '' },
    { Key: 'c', Value: '"$(x)" <é>\n' },
  ];
  await ec2.send(new CreateTagsCommand({ Resources: [id], Tags }));
  await ec2.send(
    new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: 'b' }, { Key: 'a', Value: 'other' }] }),
  );
  assert.deepEqual((await describe(ec2, id)).Tags, [Tags[0], Tags[2]]);
});

serverTest('a public address is there only where subnet or launch give one', async (server) => {
  const ec2 = ec2In(server, 'ca-central-1');
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  const SubnetId = Subnets?.[0]?.SubnetId;
  const without = await launch(ec2, {
    NetworkInterfaces: [{ DeviceIndex: 0, SubnetId, AssociatePublicIpAddress: false }],
  });
  assert.equal(without.PublicIpAddress, undefined);
  assert.match(without.PrivateIpAddress ?? '', /^127\.77\./);
  assert.equal(without.SubnetId, SubnetId);
});

serverTest('a security group stays as long as an instance is in it', async (server) => {
  const ec2 = ec2In(server, 'ap-south-1');
  const group = new CreateSecurityGroupCommand({ GroupName: 'packer', Description: 'x' });
  const { GroupId = '' } = await ec2.send(group);
  const rule = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '127.0.0.1/32' }] };
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] }));
  const id = await launchRunning(ec2, { SecurityGroupIds: [GroupId] });
  assert.deepEqual((await describe(ec2, id)).SecurityGroups, [{ GroupId, GroupName: 'packer' }]);
  const remove = () => ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
  await assert.rejects(remove(), { name: 'DependencyViolation' });
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await untilInstance(ec2, id, 'terminated');
  await remove();
});

serverTest('who powers off inside ends the instance as its shutdown behaviour says', async (server) => {
  const ec2 = ec2In(server, 'sa-east-1');
  const keeps = await launchRunning(ec2);
  const goes = await launchRunning(ec2, { InstanceInitiatedShutdownBehavior: 'terminate' });
  server.machines.powerOff(keeps);
  server.machines.powerOff(goes);
  assert.equal(
    (await untilInstance(ec2, keeps, 'stopped')).StateReason?.Code,
    'Client.InstanceInitiatedShutdown',
  );
  await untilInstance(ec2, goes, 'terminated');
});

serverTest('attributes change, some of them only while the instance is stopped', async (server) => {
  const ec2 = ec2In(server, 'ap-northeast-1');
  const InstanceId = await launchRunning(ec2);
  const modify = (changes: object) =>
    ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, ...changes }));
  await assert.rejects(modify({ EnaSupport: { Value: true } }), { name: 'IncorrectInstanceState' });
  await modify({ DisableApiTermination: { Value: true } });
  const terminate = () => ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
  await assert.rejects(terminate(), { name: 'OperationNotPermitted' });
  await modify({ DisableApiTermination: { Value: false } });
  await modify({ InstanceInitiatedShutdownBehavior: { Value: 'terminate' } });
  const Attribute = 'instanceInitiatedShutdownBehavior';
  const shown = await ec2.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute }));
  assert.equal(shown.InstanceInitiatedShutdownBehavior?.Value, 'terminate');
  await ec2.send(new StopInstancesCommand({ InstanceIds: [InstanceId] }));
  await untilInstance(ec2, InstanceId, 'stopped');
  await modify({ EnaSupport: { Value: true } });
  assert.equal((await ec2.send(new GetConsoleOutputCommand({ InstanceId }))).Output, '');
  await terminate();
});

serverTest('a volume that outlives its instance can be deleted then, and not before', async (server) => {
  const ec2 = ec2In(server, 'ap-southeast-1');
  const Ebs = { DeleteOnTermination: false };
  const id = await launchRunning(ec2, { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }] });
  const VolumeId = (await describe(ec2, id)).BlockDeviceMappings?.[0]?.Ebs?.VolumeId;
  await assert.rejects(ec2.send(new DeleteVolumeCommand({ VolumeId })), { name: 'VolumeInUse' });
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await untilInstance(ec2, id, 'terminated');
  const { Volumes } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [VolumeId ?? ''] }));
  assert.equal(Volumes?.[0]?.State, 'available');
  await ec2.send(new DeleteVolumeCommand({ VolumeId }));
  await assert.rejects(ec2.send(new DescribeVolumesCommand({ VolumeIds: [VolumeId ?? ''] })), {
    name: 'InvalidVolume.NotFound',
  });
});

serverTest('terminated instances are forgotten after an hour', async (server) => {
  const ec2 = ec2In(server, 'ap-southeast-2');
  const id = await launchRunning(ec2);
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await untilInstance(ec2, id, 'terminated');
  server.clock.offset = 3_601_000;
  const ahead = new EC2Client({ ...server.client, region: 'ap-southeast-2', systemClockOffset: 3_601_000 });
  await assert.rejects(describe(ahead, id), { name: 'InvalidInstanceID.NotFound' });
  server.clock.offset = 0;
});
