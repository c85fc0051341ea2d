/** `bake images prune` on a rehearsal's server: what is used, however that is, stays. */

import assert from 'node:assert/strict';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateImageCommand,
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  EnableImageDeregistrationProtectionCommand,
  ModifyImageAttributeCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { imagesPrune, type PruneCommandOptions } from '../../src/commands/images-prune.ts';
import { Failed } from '../../src/failure.ts';
import { launchRunning, untilImage, untilInstance } from '../rehearsal/server/ec2-steps.ts';
import { DEBIAN, serverTests } from '../rehearsal/server/support.ts';
import { ImaginedFleet } from '../support/imagined-fleet.ts';

const serverTest = serverTests();
const DAY = 86_400;
const PRUNE = {
  role: [],
  tag: [],
  keep: 1,
  olderThan: 60 * DAY,
  grace: 14 * DAY,
  dryRun: false,
};

const RESULT = z.object({
  images: z.array(
    z.object({
      imageId: z.string(),
      action: z.string(),
      reason: z.object({ kind: z.string() }).optional(),
    }),
  ),
});

/** AMI id → what becomes of it: `keep: in-use`, `disable`, `delete`. */
async function prune(
  fleet: ImaginedFleet,
  days: number,
  { yes = true, ...parts }: Partial<PruneCommandOptions> & { readonly yes?: boolean } = {},
) {
  const { context, results } = fleet.context(days, { yes });
  await imagesPrune(context, { ...fleet.options, ...PRUNE, ...parts }, fleet.open);
  const { images } = RESULT.parse(results[0]?.value);
  const actions = images.map(({ imageId, action, reason }): [string, string] => [
    imageId,
    reason === undefined ? action : `${action}: ${reason.kind}`,
  ]);
  return { actions: Object.fromEntries(actions), lines: results[0]?.lines ?? [] };
}

/** `during`: what happens while somebody thinks about the answer, which is yes. */
async function pruneAsking(fleet: ImaginedFleet, during: () => Promise<unknown>) {
  const { context, results } = fleet.context(100);
  const ask = async () => {
    await during();
    return true;
  };
  const asking = { ...context, reporter: { ...context.reporter, ask } };
  await imagesPrune(asking, { ...fleet.options, ...PRUNE }, fleet.open);
  return results[0]?.lines ?? [];
}

async function problems(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => assert.fail('nothing was refused'),
    (error) => (error instanceof Failed ? error.message : assert.fail(error)),
  );
}

async function status({ ec2 }: ImaginedFleet, imageId: string): Promise<string> {
  const { Images = [] } = await ec2.send(
    new DescribeImagesCommand({ Owners: ['self'], IncludeDisabled: true }),
  );
  return Images.find(({ ImageId }) => ImageId === imageId)?.State ?? 'gone';
}

serverTest('what nobody uses is disabled, and deleted with its snapshots after a time', async (server, t) => {
  const fleet = await ImaginedFleet.open(server, t, 'eu-west-1');
  const old = await fleet.image({ digit: '1' });
  const newest = await fleet.image({ digit: '2' });

  assert.deepEqual((await prune(fleet, 59)).actions, {
    [newest]: 'keep: newest-golden',
    [old]: 'keep: young',
  });
  const dry = await prune(fleet, 61, { dryRun: true });
  assert.deepEqual(dry.actions, { [newest]: 'keep: newest-golden', [old]: 'disable' });
  assert.match(dry.lines[0] ?? '', new RegExp(`^disable +web +${old} .*nobody uses it`));
  assert.match(dry.lines.join('\n'), /keep .*the newest golden image of its role/);
  assert.equal(await status(fleet, old), 'available', 'a dry run changes nothing');

  assert.match(await problems(prune(fleet, 61, { yes: false })), /nobody said yes/);
  assert.equal(await status(fleet, old), 'available');

  assert.equal((await prune(fleet, 61)).actions[old], 'disable');
  assert.equal(await status(fleet, old), 'disabled');
  assert.equal((await prune(fleet, 74)).actions[old], 'keep: grace');
  assert.equal(await status(fleet, old), 'disabled');

  const snapshots = async () =>
    (await fleet.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))).Snapshots?.length;
  assert.equal(await snapshots(), 2);
  assert.equal((await prune(fleet, 76)).actions[old], 'delete');
  assert.equal(await status(fleet, old), 'gone');
  assert.equal(await snapshots(), 1);
  assert.deepEqual((await prune(fleet, 500)).actions, { [newest]: 'keep: newest-golden' });
});

/** A launch configuration, and a group without instances that names an image and remembers another one. */
async function useByGroups(
  client: AutoScalingClient,
  used: Readonly<Record<'byConfiguration' | 'byOverride' | 'byRollout', string>>,
): Promise<void> {
  const InstanceType = 't3.micro';
  await client.send(
    new CreateLaunchConfigurationCommand({
      LaunchConfigurationName: 'old-web',
      ImageId: used.byConfiguration,
      InstanceType,
    }),
  );
  const template = { LaunchTemplateName: 'web', Version: '13' };
  const Overrides = [{ InstanceType, ImageId: used.byOverride }];
  const remembered = { Key: 'bake:previous-image', Value: used.byRollout, PropagateAtLaunch: false };
  await client.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'mixed',
      MinSize: 0,
      MaxSize: 0,
      AvailabilityZones: ['eu-west-2a'],
      MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification: template, Overrides } },
      Tags: [remembered],
    }),
  );
}

serverTest('what is used stays, however it is used', async (server, t) => {
  const fleet = await ImaginedFleet.open(server, t, 'eu-west-2', 'images: { parameters: /golden }\n');
  const { ec2 } = fleet;
  const ssm = new SSMClient({ ...server.client, region: fleet.region });
  const used = {
    byStopped: await fleet.image({ digit: '1' }),
    byOldVersion: await fleet.image({ digit: '2' }),
    byParameter: await fleet.image({ digit: '3' }),
    byPublished: await fleet.image({ digit: '4' }),
    byOthers: await fleet.image({ digit: '5' }),
    byRole: await fleet.image({ digit: '6', role: 'base' }),
    byOtherTool: await fleet.image({ digit: 'b' }),
    byConfiguration: await fleet.image({ digit: 'c' }),
    byOverride: await fleet.image({ digit: 'd' }),
    byRollout: await fleet.image({ digit: 'e' }),
    isProtected: await fleet.image({ digit: '7' }),
  };
  const unused = await fleet.image({ digit: '8' });
  const newest = await fleet.image({ digit: '9', tags: { 'bake:source-ami': used.byRole } });
  await fleet.image({ digit: 'a', role: 'base' });

  const stopped = await launchRunning(ec2, { ImageId: used.byStopped });
  await ec2.send(new StopInstancesCommand({ InstanceIds: [stopped] }));
  await untilInstance(ec2, stopped, 'stopped');
  const LaunchTemplateName = 'web';
  const first = { LaunchTemplateName, LaunchTemplateData: { ImageId: used.byOldVersion } };
  await ec2.send(new CreateLaunchTemplateCommand(first));
  for (let version = 2; version <= 13; version += 1) {
    const next = { LaunchTemplateName, LaunchTemplateData: { ImageId: DEBIAN.imageId } };
    await ec2.send(new CreateLaunchTemplateVersionCommand(next));
  }
  const put = (Name: string, Value: string, DataType: string) =>
    ssm.send(new PutParameterCommand({ Name, Value, DataType, Type: 'String' }));
  await put('/somebody/elses', used.byParameter, 'aws:ec2:image');
  await put('/golden/web', used.byPublished, 'text');
  await ec2.send(
    new ModifyImageAttributeCommand({
      ImageId: used.byOthers,
      LaunchPermission: { Add: [{ UserId: '222222222222' }] },
    }),
  );
  const InstanceId = await launchRunning(ec2, { ImageId: used.byOtherTool });
  const made = await ec2.send(new CreateImageCommand({ InstanceId, Name: 'of-another-tool' }));
  await untilImage(ec2, made.ImageId ?? '', 'available');
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
  await untilInstance(ec2, InstanceId, 'terminated');
  await useByGroups(new AutoScalingClient({ ...server.client, region: fleet.region }), used);
  const ImageId = used.isProtected;
  await ec2.send(new EnableImageDeregistrationProtectionCommand({ ImageId, WithCooldown: false }));

  const { actions, lines } = await prune(fleet, 100, { dryRun: true });
  const text = lines.join('\n');
  for (const [how, id] of Object.entries(used)) {
    assert.equal(actions[id], how === 'isProtected' ? 'keep: protected' : 'keep: in-use', how);
  }
  for (const words of [
    `used by instance ${stopped}`,
    'used by launch template lt-',
    'used by launch configuration old-web',
    'used by an override of the group mixed',
    'used by the group mixed, which a rollout can take back to it',
    'used by SSM parameter /somebody/elses',
    'used by SSM parameter /golden/web',
    'used by account 222222222222, which it is shared with',
    `\\(${newest}\\), which stands on it`,
    'used by of-another-tool \\(ami-[0-9a-f]+\\), which stands on it',
  ]) {
    assert.match(text, new RegExp(words));
  }
  assert.equal(actions[unused], 'disable');

  await fleet.write('images: { parameters: /golden, prune_shared: true }\n');
  assert.equal((await prune(fleet, 100, { dryRun: true })).actions[used.byOthers], 'disable');
});

serverTest('a permission that is denied keeps everything, and is named', async (server, t) => {
  const fleet = await ImaginedFleet.open(server, t, 'eu-west-3', 'images: { parameters: /golden }\n');
  const old = await fleet.image({ digit: '1' });
  await fleet.image({ digit: '2' });
  const calls = [
    'ec2:DescribeImageReferences',
    'ec2:DescribeInstances',
    'autoscaling:DescribeAutoScalingGroups',
    'autoscaling:DescribeLaunchConfigurations',
    'ssm:GetParameters',
    'ec2:DescribeImageAttribute',
  ];
  for (const call of calls) {
    await fleet.refuse(call, 'UnauthorizedOperation', 9);
    const { actions, lines } = await prune(fleet, 100);
    assert.equal(actions[old], 'keep: in-use', call);
    assert.match(lines.join('\n'), new RegExp(`nobody knows who uses it: ${call} was refused`));
  }
  await fleet.refuseNothing();
  assert.equal(await status(fleet, old), 'available');
});

serverTest('an image that is used again since it was disabled is not deleted', async (server, t) => {
  const fleet = await ImaginedFleet.open(server, t, 'eu-north-1');
  const old = await fleet.image({ digit: '1' });
  await fleet.image({ digit: '2' });
  await prune(fleet, 100);
  const data = { LaunchTemplateName: 'late', LaunchTemplateData: { ImageId: old } };
  await fleet.ec2.send(new CreateLaunchTemplateCommand(data));
  assert.equal((await prune(fleet, 200)).actions[old], 'keep: in-use');
  assert.equal(await status(fleet, old), 'disabled');
});

serverTest('what is used or promoted while somebody thinks about it stays', async (server, t) => {
  const fleet = await ImaginedFleet.open(server, t, 'ap-east-1', 'images: { parameters: /golden }\n');
  const [first, second] = [await fleet.image({ digit: '1' }), await fleet.image({ digit: '2' })];
  await fleet.image({ digit: '3' });
  const ssm = new SSMClient({ ...server.client, region: fleet.region });
  const publish = () =>
    ssm.send(new PutParameterCommand({ Name: '/golden/web', Value: second, Type: 'String' }));
  const lines = await pruneAsking(fleet, publish);
  assert.match(lines[0] ?? '', new RegExp(`^disabled +web +${first} `));
  assert.equal(lines.at(-1), '0 deleted, 1 disabled, 2 kept');
  assert.deepEqual([await status(fleet, first), await status(fleet, second)], ['disabled', 'available']);
});

serverTest('one that can not be disabled leaves the others going', async (server, t) => {
  const fleet = await ImaginedFleet.open(server, t, 'eu-south-1');
  const [first, second] = [await fleet.image({ digit: '1' }), await fleet.image({ digit: '2' })];
  await fleet.image({ digit: '3' });
  await fleet.refuse('ec2:DisableImage', 'InternalError');
  assert.match(await problems(prune(fleet, 100)), /^ami-\w+ in eu-south-1: ec2:DisableImage failed/);
  assert.deepEqual([await status(fleet, first), await status(fleet, second)].sort(), [
    'available',
    'disabled',
  ]);
});

serverTest('a filter that says nothing is refused', async (server, t) => {
  const fleet = await ImaginedFleet.open(server, t, 'ca-central-1');
  const web = await fleet.image({ digit: '1', tags: { team: 'a', stage: 'test' } });
  await fleet.image({ digit: '2', tags: { team: 'a', stage: 'live' } });
  const refused = (parts: Partial<PruneCommandOptions>) => problems(prune(fleet, 100, parts));
  assert.match(await refused({ tag: ['taem=a'] }), /no image has a tag called taem/);
  assert.match(await refused({ tag: ['team=a'] }), /on every image of the fleet/);
  assert.match(await refused({ tag: ['team'] }), /has no value/);
  assert.match(await refused({ role: ['wbe'] }), /no image is of a role called wbe/);
  const { actions } = await prune(fleet, 100, { tag: ['stage=test'], dryRun: true });
  assert.deepEqual(Object.values(actions).sort(), ['disable', 'keep: not-selected']);
  assert.equal(actions[web], 'disable');
  await fleet.write('', 'another');
  assert.match(await refused({}), /no image belongs to a fleet called another/);
});
