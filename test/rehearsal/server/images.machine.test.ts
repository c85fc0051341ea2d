import assert from 'node:assert/strict';
import {
  CopyImageCommand,
  CreateImageCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  type DescribeImagesCommandInput,
  DescribeSnapshotsCommand,
  DisableImageDeregistrationProtectionCommand,
  EC2Client,
  EnableImageDeprecationCommand,
  EnableImageDeregistrationProtectionCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  ResetImageAttributeCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { createImage, launch, launchRunning, untilImage, untilInstance } from './ec2-steps.ts';
import { signedHeaders } from './sign.ts';
import { ACCOUNT, CREDENTIALS, DEBIAN, eventually, send, serverTests, type TestServer } from './support.ts';

const serverTest = serverTests();

function ec2In(server: TestServer, region: string): EC2Client {
  return new EC2Client({ ...server.client, region });
}

async function inject(server: TestServer, action: string, effect: object): Promise<void> {
  const body = JSON.stringify([{ action, effect }]);
  const request = { endpoint: server.endpoint, path: '/_rehearsal/faults', method: 'PUT', body };
  const headers = await signedHeaders({ ...request, credentials: CREDENTIALS });
  await send({ url: `${server.endpoint}/_rehearsal/faults`, method: 'PUT', headers, body });
}

async function names(ec2: EC2Client, input: DescribeImagesCommandInput): Promise<readonly string[]> {
  const { Images = [] } = await ec2.send(new DescribeImagesCommand(input));
  return Images.map(({ Name = '' }) => Name).sort();
}

serverTest('an image is pending, then available, with tagged snapshots of its volumes', async (server) => {
  const ec2 = ec2In(server, 'eu-west-1');
  const instanceId = await launchRunning(ec2);
  await ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
  await untilInstance(ec2, instanceId, 'stopped');
  await inject(server, 'ec2:CreateImage', { kind: 'delay', milliseconds: 5000 });
  const { ImageId = '' } = await ec2.send(
    new CreateImageCommand({
      InstanceId: instanceId,
      Name: 'web-1',
      Description: 'A web server',
      TagSpecifications: [
        { ResourceType: 'image', Tags: [{ Key: 'state', Value: 'candidate' }] },
        { ResourceType: 'snapshot', Tags: [{ Key: 'of', Value: 'web' }] },
      ],
    }),
  );
  assert.equal((await untilImage(ec2, ImageId, 'pending')).Name, 'web-1');
  await assert.rejects(launch(ec2, { ImageId }), { name: 'InvalidAMIID.Unavailable' });
  const image = await untilImage(ec2, ImageId, 'available');
  assert.deepEqual(
    [image.RootDeviceType, image.OwnerId, image.Public, image.EnaSupport, image.Description],
    ['ebs', ACCOUNT, false, true, 'A web server'],
  );
  assert.deepEqual(image.Tags, [{ Key: 'state', Value: 'candidate' }]);
  assert.deepEqual([image.SourceInstanceId, image.SourceImageId], [instanceId, DEBIAN.imageId]);
  const snapshotId = image.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? '';
  const { Snapshots } = await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [snapshotId] }));
  assert.deepEqual(
    Snapshots?.map(({ State, Progress, VolumeSize, Tags }) => [State, Progress, VolumeSize, Tags]),
    [['completed', '100%', 8, [{ Key: 'of', Value: 'web' }]]],
  );
  assert.ok(server.machines.log.includes(`commit ${instanceId} ${ImageId}`));
  await launchRunning(ec2, { ImageId });
  assert.ok(server.machines.log.some((line) => line.startsWith('launch') && line.endsWith(ImageId)));
});

serverTest(
  'an instance that is terminated right after CreateImage still becomes the image',
  async (server) => {
    const ec2 = ec2In(server, 'us-east-2');
    const instanceId = await launchRunning(ec2);
    const imageId = await createImage(ec2, instanceId, 'hasty');
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
    await untilImage(ec2, imageId, 'available');
    const commit = server.machines.log.indexOf(`commit ${instanceId} ${imageId}`);
    assert.ok(commit >= 0 && commit < server.machines.log.indexOf(`terminate ${instanceId}`));
    await assert.rejects(createImage(ec2, instanceId, 'too late'), { name: 'IncorrectInstanceState' });
  },
);

serverTest('a name is used once in a region, and must be one that AWS takes', async (server) => {
  const ec2 = ec2In(server, 'us-west-1');
  const instanceId = await launchRunning(ec2);
  const first = await createImage(ec2, instanceId, 'same');
  await assert.rejects(createImage(ec2, instanceId, 'same'), {
    name: 'InvalidAMIName.Duplicate',
    message: `AMI name same is already in use by AMI ${first}`,
  });
  await assert.rejects(createImage(ec2, instanceId, 'né'), { name: 'InvalidAMIName.Malformed' });
  await ec2.send(new DeregisterImageCommand({ ImageId: first }));
  assert.ok(await createImage(ec2, instanceId, 'same'));
});

serverTest('images are found by owner, name, tag and everything else that is asked for', async (server) => {
  const ec2 = ec2In(server, 'eu-central-1');
  const instanceId = await launchRunning(ec2);
  for (const name of ['web-a', 'web-b', 'data'])
    await untilImage(ec2, await createImage(ec2, instanceId, name), 'available');
  const filter = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] });
  const debian = [DEBIAN.name];
  const cases: readonly (readonly [DescribeImagesCommandInput, readonly string[]])[] = [
    [{ Owners: ['self'] }, ['data', 'web-a', 'web-b']],
    [{ Owners: [ACCOUNT], ...filter('name', 'web-*') }, ['web-a', 'web-b']],
    [{ Owners: ['amazon'] }, debian],
    [{ Owners: [DEBIAN.ownerId], ...filter('name', 'debian-12-amd64-*') }, debian],
    [{ Owners: ['999999999999'] }, []],
    [{ ...filter('is-public', 'true') }, debian],
    [{ Owners: ['self'], ...filter('architecture', 'arm64') }, []],
    [{ ...filter('creation-date', '2026-11-01T*') }, debian],
    [{ Owners: ['self'], ...filter('root-device-type', 'ebs') }, ['data', 'web-a', 'web-b']],
    [{ Owners: ['self'], ...filter('ena-support', 'true') }, ['data', 'web-a', 'web-b']],
    [{ Owners: ['self'], ...filter('block-device-mapping.volume-size', '8') }, ['data', 'web-a', 'web-b']],
    [{ ...filter('state', 'pending') }, []],
    [{ ExecutableUsers: ['all'] }, debian],
  ];
  for (const [input, found] of cases) assert.deepEqual(await names(ec2, input), found, JSON.stringify(input));
  await assert.rejects(names(ec2, filter('colour', 'red')), { name: 'InvalidParameterValue' });
  assert.deepEqual(await names(ec2In(server, 'eu-west-3'), { Owners: ['self'] }), []);
  const page = await ec2.send(new DescribeImagesCommand({ Owners: ['self'], MaxResults: 2 }));
  assert.equal(page.Images?.length, 2);
  assert.ok(page.NextToken);
});

serverTest('attributes of an image change: description, IMDS, permissions, deprecation', async (server) => {
  const ec2 = ec2In(server, 'ca-central-1');
  const ImageId = await createImage(ec2, await launchRunning(ec2), 'attributes');
  const modify = (changes: object) => ec2.send(new ModifyImageAttributeCommand({ ImageId, ...changes }));
  await modify({ Description: { Value: 'New' } });
  await modify({ ImdsSupport: { Value: 'v2.0' } });
  await modify({ UserIds: ['222222222222'], LaunchPermission: { Add: [{ UserId: '222222222222' }] } });
  await modify({ LaunchPermission: { Add: [{ Group: 'all' }] } });
  const DeprecateAt = new Date('2099-01-01T00:00:29.000Z');
  await ec2.send(new EnableImageDeprecationCommand({ ImageId, DeprecateAt }));
  const image = await untilImage(ec2, ImageId, 'available');
  assert.deepEqual([image.Description, image.ImdsSupport, image.Public], ['New', 'v2.0', true]);
  assert.equal(image.DeprecationTime, '2099-01-01T00:00:00.000Z');
  const show = new DescribeImageAttributeCommand({ ImageId, Attribute: 'launchPermission' });
  assert.deepEqual((await ec2.send(show)).LaunchPermissions, [{ UserId: '222222222222' }, { Group: 'all' }]);
  await ec2.send(new ResetImageAttributeCommand({ ImageId, Attribute: 'launchPermission' }));
  assert.deepEqual((await ec2.send(show)).LaunchPermissions, []);
  const launched = await launch(ec2, { ImageId });
  assert.deepEqual(
    [launched.MetadataOptions?.HttpTokens, launched.MetadataOptions?.HttpPutResponseHopLimit],
    ['required', 2],
  );
  await assert.rejects(ec2.send(new DeregisterImageCommand({ ImageId: DEBIAN.imageId })), {
    name: 'AuthFailure',
  });
});

serverTest('a snapshot stays while an image stands on it, and can go with the image', async (server) => {
  const ec2 = ec2In(server, 'sa-east-1');
  const instanceId = await launchRunning(ec2);
  const snapshotOf = async (imageId: string) => {
    const image = await untilImage(ec2, imageId, 'available');
    return image.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId;
  };
  const kept = await createImage(ec2, instanceId, 'kept');
  const SnapshotId = await snapshotOf(kept);
  const remove = () => ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
  await assert.rejects(remove(), { name: 'InvalidSnapshot.InUse' });
  const permission = { CreateVolumePermission: { Add: [{ UserId: '222222222222' }] } };
  await ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId, ...permission }));
  await ec2.send(new DeregisterImageCommand({ ImageId: kept }));
  await remove();
  await assert.rejects(remove(), { name: 'InvalidSnapshot.NotFound' });
  const gone = await createImage(ec2, instanceId, 'gone');
  const goneSnapshot = await snapshotOf(gone);
  const { DeleteSnapshotResults } = await ec2.send(
    new DeregisterImageCommand({ ImageId: gone, DeleteAssociatedSnapshots: true }),
  );
  assert.deepEqual(DeleteSnapshotResults, [{ SnapshotId: goneSnapshot, ReturnCode: 'success' }]);
  assert.deepEqual((await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))).Snapshots, []);
  await eventually(async () => server.machines.log.includes(`removeImage ${gone}`) || undefined);
});

serverTest('a protected image can not be deregistered', async (server) => {
  const ec2 = ec2In(server, 'ap-south-1');
  const ImageId = await createImage(ec2, await launchRunning(ec2), 'protected');
  await ec2.send(new EnableImageDeregistrationProtectionCommand({ ImageId, WithCooldown: false }));
  const deregister = () => ec2.send(new DeregisterImageCommand({ ImageId }));
  await assert.rejects(deregister(), { name: 'OperationNotPermitted' });
  await ec2.send(new DisableImageDeregistrationProtectionCommand({ ImageId }));
  await deregister();
});

serverTest(
  'a copy is encrypted where asked, has tags where asked, and outlives its source',
  async (server) => {
    const here = ec2In(server, 'ap-northeast-1');
    const there = ec2In(server, 'ap-northeast-2');
    const { ImageId: source = '' } = await here.send(
      new CreateImageCommand({
        InstanceId: await launchRunning(here),
        Name: 'source',
        TagSpecifications: [{ ResourceType: 'image', Tags: [{ Key: 'a', Value: '1' }] }],
      }),
    );
    const copy = async (ec2: EC2Client, changes: object) => {
      const input = { SourceImageId: source, SourceRegion: 'ap-northeast-1', Name: 'copy', ...changes };
      return (await ec2.send(new CopyImageCommand(input))).ImageId ?? '';
    };
    await assert.rejects(copy(here, {}), { name: 'InvalidAMIID.Unavailable' });
    await untilImage(here, source, 'available');
    const plain = await untilImage(there, await copy(there, {}), 'available');
    assert.deepEqual([plain.Tags, plain.SourceImageRegion], [[], 'ap-northeast-1']);
    const id = await copy(here, { Encrypted: true, CopyImageTags: true });
    const encrypted = await untilImage(here, id, 'available');
    assert.deepEqual(encrypted.Tags, [{ Key: 'a', Value: '1' }]);
    assert.equal(encrypted.BlockDeviceMappings?.[0]?.Ebs?.Encrypted, true);
    await here.send(new DeregisterImageCommand({ ImageId: source }));
    await launchRunning(here, { ImageId: id });
    await launchRunning(there, { ImageId: plain.ImageId ?? '' });
    assert.ok(!server.machines.log.includes(`removeImage ${source}`));
    assert.equal(
      server.machines.log.filter((line) => line.endsWith(` ${source}`) && line.startsWith('launch')).length,
      2,
    );
  },
);

serverTest('an image fails where its commit fails, or where a test says so', async (server) => {
  const ec2 = ec2In(server, 'ap-southeast-1');
  const instanceId = await launchRunning(ec2);
  server.machines.failing.add('commit');
  const broken = await untilImage(ec2, await createImage(ec2, instanceId, 'broken'), 'failed');
  server.machines.failing.delete('commit');
  assert.match(broken.StateReason?.Message ?? '', /commit fails in this test/);
  await inject(server, 'ec2:CreateImage', { kind: 'fail', reason: 'the disk is full' });
  const failed = await untilImage(ec2, await createImage(ec2, instanceId, 'failed'), 'failed');
  assert.match(failed.StateReason?.Message ?? '', /the disk is full/);
  await untilImage(ec2, await createImage(ec2, instanceId, 'good'), 'available');
});

serverTest(
  'without a time to be pending for, an image is what it ends as when the call answers',
  async (server) => {
    const ec2 = ec2In(server, 'ap-southeast-3');
    const instanceId = await launchRunning(ec2);
    const end = async (name: string) => {
      await inject(server, 'ec2:CreateImage', { kind: 'delay', milliseconds: 0 });
      const ImageIds = [await createImage(ec2, instanceId, name)];
      return (await ec2.send(new DescribeImagesCommand({ ImageIds }))).Images?.[0]?.State;
    };
    assert.equal(await end('whole'), 'available');
    server.machines.failing.add('commit');
    assert.equal(await end('broken'), 'failed');
    server.machines.failing.delete('commit');
  },
);

serverTest('a test makes an image slow, and a launch fail', async (server) => {
  const ec2 = ec2In(server, 'ap-southeast-2');
  const instanceId = await launchRunning(ec2);
  await inject(server, 'ec2:CreateImage', { kind: 'delay', milliseconds: 700 });
  const start = Date.now();
  await untilImage(ec2, await createImage(ec2, instanceId, 'slow'), 'available');
  assert.ok(Date.now() - start >= 690);
  await inject(server, 'ec2:RunInstances', { kind: 'fail', reason: 'no capacity' });
  const terminated = await untilInstance(ec2, (await launch(ec2)).InstanceId, 'terminated');
  assert.match(terminated.StateReason?.Message ?? '', /no capacity/);
});
