/** `bake ossec freeze --to s3://…`, against the S3 of the tests' rehearsal. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { readLock } from '../../src/world/lock-file.ts';
import { git, standInClone } from '../support/clone.ts';
import { bakeJson, rehearsalS3 } from '../support/rehearsal.ts';

const REGION = 'eu-central-1';
const BUCKET = `frozen-${randomUUID()}`;

let scratch: string;
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'bake-freeze-s3-'));
  await writeFile(join(scratch, 'bake.yaml'), `fleet: frozen\nregion: ${REGION}\n`);
  await standInClone(join(scratch, 'clone'));
});
after(() => rm(scratch, { recursive: true, force: true }));

function freeze(key: string, ...args: readonly string[]) {
  const to = `s3://${BUCKET}/${key}`;
  return bakeJson(['ossec', 'freeze', 'clone', '--rehearse', '--to', to, ...args], { cwd: scratch });
}

test('the tarball is uploaded once, read back, and replaces nothing else by itself', async () => {
  const missing = await freeze('ossec.tar.gz');
  assert.deepEqual([missing.exitCode, missing.failures.length], [1, 1]);
  assert.match(missing.failures[0], /^s3:PutObject failed: NoSuchBucket/);
  assert.equal(await readLock(join(scratch, 'bake.lock')), undefined, 'no lock of what is nowhere');

  const s3 = await rehearsalS3(REGION);
  const where = { CreateBucketConfiguration: { LocationConstraint: REGION } } as const;
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET, ...where }));
  const first = await freeze('ossec.tar.gz');
  assert.deepEqual([first.exitCode, first.value.published], [0, 'created']);
  const { Body, LastModified } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'ossec.tar.gz' }));
  assert.equal((await Body?.transformToByteArray())?.length, first.value.bytes);
  assert.equal((await readLock(join(scratch, 'bake.lock')))?.ossec.sha256, first.value.sha256);

  assert.equal((await freeze('ossec.tar.gz')).value.published, 'there');
  const again = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'ossec.tar.gz' }));
  assert.deepEqual(again.LastModified, LastModified, 'not written again');

  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'other', Body: 'something else' }));
  const refused = await freeze('other');
  assert.deepEqual([refused.exitCode, refused.failures], [2, [`something else is at s3://${BUCKET}/other`]]);
  await git(join(scratch, 'clone'), 'commit', '--quiet', '--allow-empty', '--message=two');
  assert.equal((await freeze('other', '--force')).value.published, 'replaced');
});
