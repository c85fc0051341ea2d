/** `bake reap` on a rehearsal's server: what looks like a leftover and is none, and what can't be removed. */

import assert from 'node:assert/strict';
import {
  CreateTagsCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
} from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { reap } from '../../src/commands/reap.ts';
import { Failed } from '../../src/failure.ts';
import { launchRunning } from '../rehearsal/server/ec2-steps.ts';
import { serverTests } from '../rehearsal/server/support.ts';
import { ImaginedFleet } from '../support/imagined-fleet.ts';

const serverTest = serverTests();
/** Of a run that began long before the test. */
const RUN = { 'bake:run': '20260101T000000Z-abcdef' };
const UNFINISHED = { state: '', tags: RUN };

const RESULT = z.object({
  leftovers: z.array(
    z.object({
      action: z.string(),
      leftover: z.object({ kind: z.string(), id: z.string() }),
      reason: z.string().optional(),
    }),
  ),
});

/** What becomes of what: `remove snapshot snap-1`, `keep image ami-1: used by …`; and what has failed. */
async function reaped(fleet: ImaginedFleet, dryRun = false) {
  const { context, results } = fleet.context(0, { yes: true });
  const options = { ...fleet.options, olderThan: 3600, dryRun };
  const failed = await reap(context, options, fleet.open).then(
    () => '',
    (error) => (error instanceof Failed ? error.message : assert.fail(error)),
  );
  const { leftovers } = RESULT.parse(results[0]?.value);
  const said = leftovers.map(
    ({ action, leftover: { kind, id }, reason }) =>
      `${action} ${kind} ${id}${reason === undefined ? '' : `: ${reason}`}`,
  );
  return { said, failed, lines: results[0]?.lines ?? [] };
}

/** The snapshot of an image, with tags as a bake sets them before the image is finished. */
async function taggedSnapshot({ ec2, name }: ImaginedFleet, imageId: string): Promise<string> {
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] }));
  const id = Images[0]?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? '';
  const tags = { 'bake:fleet': name, 'bake:role': 'web', ...RUN };
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await ec2.send(new CreateTagsCommand({ Resources: [id], Tags }));
  return id;
}

serverTest('an image that somebody uses stays, though it looks unfinished', async (server, t) => {
  const fleet = await ImaginedFleet.open(server, t, 'eu-west-1');
  const used = await fleet.image({ digit: '1', ...UNFINISHED });
  await taggedSnapshot(fleet, used);
  const instance = await launchRunning(fleet.ec2, { ImageId: used });
  assert.deepEqual((await reaped(fleet)).said, [`keep image ${used}: used by instance ${instance}`]);

  const unused = await fleet.image({ digit: '2', ...UNFINISHED });
  const { said, lines } = await reaped(fleet);
  assert.deepEqual(said.toSorted(), [
    `keep image ${used}: used by instance ${instance}`,
    `remove image ${unused}`,
  ]);
  assert.match(lines.join('\n'), new RegExp(`^removed +image +${unused} `, 'm'));
  assert.equal((await reaped(fleet)).said.length, 1);
});

serverTest('where nobody may know who uses an image, it stays', async (server, t) => {
  const fleet = await ImaginedFleet.open(server, t, 'eu-west-2');
  const image = await fleet.image({ digit: '1', ...UNFINISHED });
  await fleet.refuse('ec2:DescribeImageReferences', 'UnauthorizedOperation');
  assert.deepEqual((await reaped(fleet)).said, [
    `keep image ${image}: nobody knows who uses it: ec2:DescribeImageReferences was refused (UnauthorizedOperation)`,
  ]);
});

serverTest('a snapshot goes only where no image is made of it', async (server, t) => {
  const fleet = await ImaginedFleet.open(server, t, 'eu-west-3');
  await taggedSnapshot(fleet, await fleet.image({ digit: '1', tags: RUN }));
  assert.deepEqual((await reaped(fleet)).lines, ['nothing is left behind']);

  const gone = await fleet.image({ digit: '2', tags: RUN });
  const orphan = await taggedSnapshot(fleet, gone);
  await fleet.ec2.send(new DeregisterImageCommand({ ImageId: gone }));
  assert.deepEqual((await reaped(fleet, true)).said, [`remove snapshot ${orphan}`]);
  assert.deepEqual((await reaped(fleet)).said, [`remove snapshot ${orphan}`]);
  const { Snapshots = [] } = await fleet.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
  assert.ok(!Snapshots.some(({ SnapshotId }) => SnapshotId === orphan));
});

serverTest('one that can not be removed is named, and leaves the others going', async (server, t) => {
  const fleet = await ImaginedFleet.open(server, t, 'eu-north-1');
  const images = [
    await fleet.image({ digit: '1', ...UNFINISHED }),
    await fleet.image({ digit: '2', ...UNFINISHED }),
  ];
  await fleet.refuse('ec2:DeregisterImage', 'InternalError');
  const first = await reaped(fleet);
  assert.match(first.failed, /^image ami-\w+: ec2:DeregisterImage failed: InternalError/);
  assert.equal(first.said.length, 1);
  assert.equal(images.filter((id) => first.failed.includes(id)).length, 1);
  const second = await reaped(fleet);
  assert.deepEqual([second.failed, second.said.length], ['', 1]);
});

serverTest(
  'the security group of a killed verification goes, after the instance that has it',
  async (server, t) => {
    const fleet = await ImaginedFleet.open(server, t, 'ap-south-1');
    const { aws } = await fleet.open();
    const tags = { 'bake:fleet': fleet.name, 'bake:role': 'web', ...RUN };
    const group = await aws.quietNetwork.open({
      ...{ name: 'bake-verify-shop-web-1', description: 'nothing out', subnetId: undefined },
      ...{ sources: ['203.0.113.7/32'], tags },
    });
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const instance = await launchRunning(fleet.ec2, {
      SecurityGroupIds: [group],
      TagSpecifications: [{ ResourceType: 'instance', Tags }],
    });
    assert.ok(server.machines.silent.has(instance));
    const { said, failed } = await reaped(fleet);
    assert.deepEqual(said, [`remove instance ${instance}`, `remove security group ${group}`]);
    assert.equal(failed, '');
    assert.deepEqual((await reaped(fleet)).lines, ['nothing is left behind']);
  },
);
