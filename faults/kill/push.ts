/** A push of one changed setting to a group of one. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { CreateBucketCommand, DeleteObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DeleteDocumentCommand, ListDocumentsCommand, SSMClient } from '@aws-sdk/client-ssm';
import { launchGroup } from '../../test/support/group.ts';
import { done, startBake } from '../../test/support/own-rehearsal.ts';
import { after } from '../checks.ts';
import { setUpForeign } from '../foreign.ts';
import type { World } from '../model.ts';
import { stockLost, takeStock } from '../stock.ts';
import { PROGRAM } from '../world.ts';
import type { Scene, Swept } from './model.ts';

const REGION = 'ca-west-1';
const PUSH = ['ossec', 'push', '--role', 'web'];

export const push: Swept = {
  name: 'push',
  what: 'a push to one instance; then the push again',
  open,
};

async function open(world: World): Promise<Scene> {
  const folder = join(world.scratch, 'ended-push');
  await mkdir(folder);
  const { caller, control, bake } = await world.rehearsal();
  const settings = { ...caller, region: REGION };
  const ssm = new SSMClient(settings);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  // A rehearsal may have seen other worlds before this one.
  const name = `ended-push-${Date.now()}`;
  const write = (level: number) =>
    writeFile(
      join(folder, 'bake.yaml'),
      `fleet: ${name}
region: ${REGION}
source: { filter: { name: debian-12-amd64-*, owners: ["136693071363"] } }
builder: { ssh: { user: admin, via: public_address, from: my_address } }
ossec: { bundles: "s3://${name}/pushed", alert_level: ${level} }
roles: { web: { groups: [${name}] } }
`,
    );
  let level = 3;
  await write(level);
  await s3.send(
    new CreateBucketCommand({
      Bucket: name,
      CreateBucketConfiguration: { LocationConstraint: REGION },
    }),
  );
  const foreign = await setUpForeign(caller, REGION);
  const baked = done(await bake(['--role', 'web', '--flat', '--no-verify'], folder));
  const group = await launchGroup({
    ...{ region: REGION, name, imageId: imageOf(baked.events), size: 1 },
    state: world.environment.BAKE_REHEARSAL,
  });
  world.atEnd(() => group[Symbol.asyncDispose]());
  const ec2 = new EC2Client(settings);
  world.atEnd(() => ec2.send(new TerminateInstancesCommand({ InstanceIds: [foreign] })));
  const stock = () => takeStock(caller, REGION);
  const [id = ''] = group.ids;
  const undone = async () => {
    const text = await group.bash(id, 'cat /var/ossec/etc/ossec.conf; systemctl is-active ossec.target');
    return [
      ...(text.includes(`<log_alert_level>${level}<`) ? [] : [`its alert level is not ${level}`]),
      ...(/^active$/m.test(text) ? [] : ['OSSEC does not run']),
    ];
  };
  return {
    folder,
    control,
    stock,
    undone,
    reset: async () => {
      // What is pushed now becomes what there is, and the other level what is to be pushed.
      level = level === 3 ? 5 : 3;
      await write(level);
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: name }));
      for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket: name, Key }));
      const { DocumentIdentifiers = [] } = await ssm.send(new ListDocumentsCommand({}));
      for (const { Name } of DocumentIdentifiers) await ssm.send(new DeleteDocumentCommand({ Name }));
    },
    start: () =>
      startBake(PROGRAM, [...PUSH, '--rehearse', '--yes'], {
        ...{ folder, environment: world.environment, detached: true },
      }),
    recover: async (before) => {
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

function imageOf(events: ReadonlyArray<Readonly<Record<string, unknown>>>): string {
  const result = events.find(({ type }) => type === 'result')?.value as {
    readonly images: ReadonlyArray<{ readonly image: string; readonly imageId: string }>;
  };
  return result.images.find(({ image }) => image === 'web')?.imageId ?? '';
}
