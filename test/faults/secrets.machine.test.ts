/** What looks for canaries at AWS and in images finds those that are planted. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CreateKeyPairCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { heart } from '../../faults/secrets/canaries.ts';
import { sinceNow } from '../../faults/secrets/files.ts';
import { imagesWith } from '../../faults/secrets/images.ts';
import { placesOf } from '../../faults/secrets/look.ts';
import { withWorld } from '../../faults/world.ts';
import { dockerClient, imageReference } from '../../rehearsal/src/machines/docker.ts';
import { serverTests } from '../rehearsal/server/support.ts';
import { clientSettings, STATE } from '../support/rehearsal.ts';

const SKIP = STATE === undefined && 'NOT RUN: needs a rehearsal, which `npm run test:machine` starts';

serverTests()('a canary in a tag or an object is seen', async ({ client, endpoint }) => {
  const region = 'eu-west-1';
  const value = heart();
  const s3 = new S3Client({ ...client, region, forcePathStyle: true });
  const Tags = [{ Key: 'note', Value: `x${value}` }];
  await new EC2Client({ ...client, region }).send(
    new CreateKeyPairCommand({ KeyName: 'told', TagSpecifications: [{ ResourceType: 'key-pair', Tags }] }),
  );
  const [Bucket, Key] = ['told', 'a/bundle.gz'];
  const CreateBucketConfiguration = { LocationConstraint: region } as const;
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: gzipSync(`x${value}`) }));
  await using since = await sinceNow();
  const caller = { endpoint, credentials: client.credentials };
  const found = await placesOf([value], undefined, { caller, region, since, folders: [] });
  assert.deepEqual(found, [
    'in the tags or attributes of key pair told',
    'in the content of object s3://told a/bundle.gz',
  ]);
});

test('a canary in an image is seen, and a hook only where others than root can read it', { skip: SKIP }, () =>
  withWorld(async (world) => {
    await world.rehearsal();
    const { config } = await clientSettings('eu-central-1');
    const docker = dockerClient(config.docker);
    const [source = ''] = (
      await docker(['image', 'ls', '--format={{.Tag}}', '--filter', `reference=${config.name}:ami-*`])
    ).split('\n');
    const [token, hook, id] = [heart(), heart(), 'ami-0canary'];
    const plant = `umask 077; echo ${token} >/srv/told; echo ${hook} >/srv/hook; echo ${hook} >/srv/open
chmod 644 /srv/open`;
    await docker([
      'run',
      `--name=${id}`,
      '--entrypoint=/bin/sh',
      imageReference(config.name, source),
      '-c',
      plant,
    ]);
    try {
      // The command line itself is among the settings.
      await docker(['commit', id, imageReference(config.name, id)]);
      assert.deepEqual((await imagesWith(STATE ?? '', [id], { hearts: [token, hook], hook })).sort(), [
        `in /srv/told, of the image ${id}`,
        `in the settings, of the image ${id}`,
        `readable by others than root (644), in /srv/open, of the image ${id}`,
      ]);
    } finally {
      await docker(['rm', id]);
      await docker(['image', 'rm', '--force', imageReference(config.name, id)]);
    }
  }, STATE),
);
