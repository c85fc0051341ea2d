/** Compiled trees from the first bake to the tampered bucket, in the tests' rehearsal, with the stand-in as OSSEC. */

import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import {
  CreateBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { cacheFolder } from '../../src/world/cache.ts';
import { readLock } from '../../src/world/lock-file.ts';
import { git, standInClone } from '../support/clone.ts';
import { bakeJson, rehearsalEc2, rehearsalS3 } from '../support/rehearsal.ts';

const REGION = 'eu-central-1';
const BUCKET = `trees-${randomUUID()}`;
const TREES = join(cacheFolder(process.env), 'ossec-trees');

let fleet: string;
let tarball: string;
let s3: S3Client;
/** Digests of the trees that this test compiles. */
const made = new Set<string>();

before(async () => {
  fleet = await mkdtemp(join(tmpdir(), 'bake-trees-'));
  await standInClone(join(fleet, 'clone'));
  // A tarball that no test has ever compiled.
  await writeFile(join(fleet, 'clone', 'NOTE'), randomUUID());
  await git(join(fleet, 'clone'), 'add', '--all');
  await git(join(fleet, 'clone'), 'commit', '--quiet', '--message=unique');
  await writeFile(join(fleet, 'bake.yaml'), fleetFile(''));
  const { value } = await run('ossec', 'freeze', 'clone');
  tarball = value.sha256;
  await writeFile(join(fleet, 'bake.yaml'), fleetFile(`tarball: ${value.tarball}, sha256: ${tarball}, `));
});
after(async () => {
  await forgetHere();
  for (const sha256 of made) await rm(join(TREES, 'content', sha256), { force: true });
  await rm(fleet, { recursive: true, force: true });
});

function fleetFile(ossec: string): string {
  return `fleet: trees
region: ${REGION}
source: { filter: { name: debian-12-amd64-*, owners: ["136693071363"] } }
builder: { instance_type: t3.small, ssh: { user: admin, via: public_address, from: my_address } }
ossec: { ${ossec}built_trees: s3://${BUCKET}/ossec }
roles: { north: { instance_type: t3.micro }, south: { instance_type: t3.micro } }
`;
}

function run(...args: readonly string[]) {
  return bakeJson(args, { cwd: fleet });
}

/** As on a machine that has never compiled this tarball. */
async function forgetHere(): Promise<void> {
  await rm(join(TREES, 'index', tarball), { recursive: true, force: true });
}

async function keysInBucket(): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  return Contents.map(({ Key = '' }) => Key).sort();
}

function installedLines(events: ReadonlyArray<{ type: string; text?: string }>): string[] {
  return events
    .flatMap(({ type, text = '' }) =>
      type === 'image.output' && text.startsWith('installed OSSEC') ? [text] : [],
    )
    .sort();
}

test('two flat images at once compile once; the tree is shared, pinned, reused, and refused where it was changed', async (context) => {
  s3 = await rehearsalS3(REGION);
  const where = { CreateBucketConfiguration: { LocationConstraint: REGION } } as const;
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET, ...where }));

  await context.test('one builder compiles, the other takes its tree', async () => {
    const { exitCode, events, failures } = await run('--all', '--flat', '--no-verify', '--rehearse');
    assert.equal(exitCode, 0, failures.join('\n'));
    const [first = '', second = ''] = installedLines(events);
    assert.match(first, /in \/var\/ossec, off$/);
    assert.match(second, /in \/var\/ossec, off, from a compiled tree$/);
    const { runId } = events.find(({ type }) => type === 'run.started');
    const hcl = await Promise.all(
      ['north', 'south'].map((role) =>
        readFile(join(fleet, '.bake', 'runs', runId, role, 'workspace', 'image.pkr.hcl'), 'utf8'),
      ),
    );
    assert.equal(hcl[0]?.replaceAll('north', 'south'), hcl[1], 'the HCL is the same with a tree and without');
  });

  let sha256 = '';
  await context.test('it is in the bucket under the digest of its content', async () => {
    const [index = '', archive = '', ...more] = await keysInBucket();
    assert.deepEqual(more, []);
    assert.match(index, new RegExp(`^ossec/index/${tarball}/[0-9a-f]{64}/debian-12-amd64$`));
    sha256 = /^ossec\/trees\/([0-9a-f]{64})\.tar\.gz$/.exec(archive)?.[1] ?? '';
    made.add(sha256);
    const content = await readFile(join(TREES, 'content', sha256));
    assert.equal(createHash('sha256').update(content).digest('hex'), sha256);
  });

  await context.test(
    'bake ossec build finds it without a builder, and pins it in bake.lock alone',
    async () => {
      const before = await readLock(join(fleet, 'bake.lock'));
      await forgetHere();
      const { value, events } = await run('ossec', 'build', '--rehearse');
      assert.deepEqual(value, {
        platform: 'debian-12-amd64',
        sha256,
        compiled: false,
        lock: 'bake.lock',
        shared: `s3://${BUCKET}/ossec`,
      });
      assert.ok(!events.some(({ item }) => item === 'ossec-tree'), 'no builder ran');
      const lock = await readLock(join(fleet, 'bake.lock'));
      assert.deepEqual(lock?.ossec.builtTrees, new Map([['debian-12-amd64', sha256]]));
      assert.deepEqual({ ...lock?.ossec, builtTrees: new Map() }, before?.ossec);
    },
  );

  await context.test('bake ossec build --force compiles anew and leaves no image', async () => {
    const { exitCode, value, failures } = await run('ossec', 'build', '--force', '--rehearse');
    assert.equal(exitCode, 0, failures.join('\n'));
    assert.equal(value.compiled, true);
    const mine = [{ Name: 'tag:bake:role', Values: ['ossec-tree'] }];
    const ec2 = await rehearsalEc2(REGION);
    const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['self'], Filters: mine }));
    assert.deepEqual(Images, []);
    sha256 = value.sha256;
    made.add(sha256);
    assert.equal((await readLock(join(fleet, 'bake.lock')))?.ossec.builtTrees.get('debian-12-amd64'), sha256);
  });

  await context.test('one flipped byte in the bucket: refused by name before a builder starts', async () => {
    await forgetHere();
    const path = join(TREES, 'content', sha256);
    const Body = Buffer.from(await readFile(path)).fill('x', 100, 101);
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `ossec/trees/${sha256}.tar.gz`, Body }));
    const { exitCode, failures, events } = await run(
      '--all',
      '--flat',
      '--no-verify',
      '--rehearse',
      '--force',
    );
    assert.equal(exitCode, 1);
    for (const failure of failures)
      assert.match(failure, /the compiled tree for debian-12-amd64 in s3:.* is refused: its SHA-256 is/);
    assert.equal(failures.length, 2);
    assert.ok(!events.some(({ type }) => type === 'image.started'));
  });

  await context.test('a tree that bake.lock does not pin is refused by name', async () => {
    const index = (await keysInBucket())[0] ?? '';
    const other = 'f'.repeat(64);
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: index, Body: `${other}\n` }));
    const { exitCode, failures } = await run(
      '--role',
      'north',
      '--flat',
      '--no-verify',
      '--rehearse',
      '--force',
    );
    assert.equal(exitCode, 1);
    assert.match(failures[0], new RegExp(`in s3://${BUCKET}/ossec, ${other}, is not the one in bake.lock`));
  });
});
