/** A group of one to which a changed setting is pushed, again and again. */

import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { DeleteDocumentCommand, ListDocumentsCommand, SSMClient } from '@aws-sdk/client-ssm';
import { launchGroup } from '../test/support/group.ts';
import { done } from '../test/support/own-rehearsal.ts';
import { after } from './checks.ts';
import type { World } from './model.ts';
import { BAKE, imageOf, openSmallFleet } from './small-fleet.ts';
import { type Stock, stockLost } from './stock.ts';

export const PUSH = ['ossec', 'push', '--role', 'web'];

export async function openPushed(world: World, region: string) {
  // A rehearsal may have seen other worlds before this one.
  const name = `ended-push-${Date.now()}`;
  const fleet = await openSmallFleet(world, name, region);
  const { folder, caller, bake, stock, write } = fleet;
  const ssm = new SSMClient({ ...caller, region });
  const ec2 = new EC2Client({ ...caller, region });
  const s3 = new S3Client({ ...caller, region, forcePathStyle: true });
  let level = 3;
  let begun = 0;
  const writeLevel = () =>
    write(`ossec: { bundles: "s3://${name}/pushed", alert_level: ${level} }
roles: { web: { groups: [${name}] } }
`);
  await writeLevel();
  const CreateBucketConfiguration = { LocationConstraint: region as BucketLocationConstraint };
  await s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration }));
  const { imageId = '' } = imageOf(done(await bake(BAKE, folder))) ?? {};
  const group = await launchGroup({
    ...{ region, name, imageId, size: 1 },
    state: world.environment.BAKE_REHEARSAL,
  });
  world.atEnd(() => group[Symbol.asyncDispose]());
  const [id = ''] = group.ids;
  const undone = async () => {
    const [known] = (await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))).Reservations ?? [];
    const tags = known?.Instances?.[0]?.Tags ?? [];
    const pushedAt = Date.parse(tags.find(({ Key }) => Key === 'bake:pushed-at')?.Value ?? '');
    const text = await group.bash(id, 'cat /var/ossec/etc/ossec.conf; systemctl is-active ossec.target');
    return [
      ...(text.includes(`<log_alert_level>${level}<`) ? [] : [`its alert level is not ${level}`]),
      ...(/^active$/m.test(text) ? [] : ['OSSEC does not run']),
      ...(pushedAt >= begun ? [] : ['its tags do not tell of this push']),
    ];
  };
  return {
    ...fleet,
    /** What is not as after a push. */
    undone,
    /** Makes something be there to be pushed, and nothing that a push leaves at AWS. */
    reset: async () => {
      // What is pushed now becomes what there is, and the other level what is to be pushed.
      level = level === 3 ? 5 : 3;
      // The instance tells whole seconds.
      begun = Math.floor(Date.now() / 1000) * 1000;
      await writeLevel();
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: name }));
      for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket: name, Key }));
      const { DocumentIdentifiers = [] } = await ssm.send(new ListDocumentsCommand({}));
      for (const { Name } of DocumentIdentifiers) await ssm.send(new DeleteDocumentCommand({ Name }));
    },
    /** The push again; returns what is wrong after it. */
    recover: async (before: Stock) => {
      const lost = after('the push again', await bake(PUSH, folder));
      const again = await bake([...PUSH, '--dry-run'], folder);
      lost.push(...after('a dry-run', again));
      const result = again.events.find(({ type }) => type === 'result')?.value as { changes?: unknown[] };
      if (result?.changes?.length !== 0) lost.push('the instance still differs from the fleet file');
      lost.push(...(await undone()));
      // Of the instance itself only its tags change.
      const isWork = (what: string) =>
        what === `instance ${id}` || what.startsWith(`object s3://${name} pushed/`);
      return [...lost, ...stockLost(before, await stock(), isWork)];
    },
  };
}
