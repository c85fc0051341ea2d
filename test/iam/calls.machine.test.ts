/** Every command is run once, and what it has called is compared with its policy: Packer's calls are bake's. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateImageCommand,
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  type EC2Client,
  RunInstancesCommand,
  waitUntilInstanceRunning,
} from '@aws-sdk/client-ec2';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { loadForCommand } from '../../src/commands/load.ts';
import { type Policy, policies } from '../../src/iam/policies.ts';
import { makeRole } from '../support/aws-by-hand.ts';
import { testContext } from '../support/context.ts';
import { launchGroup } from '../support/group.ts';
import { bakeJson, clientSettings, control, rehearsalEc2, rehearsalS3, STATE } from '../support/rehearsal.ts';

import { assertCovers } from './covers.ts';

const SKIP = STATE === undefined && 'NOT RUN: needs a rehearsal, which `npm run test:machine` starts';
const REGION = 'ap-southeast-3';
const OTHER = 'ap-southeast-4';
const UNIQUE = randomBytes(4).toString('hex');
const FLEET = `rights-${UNIQUE}`;
const GROUP = `${FLEET}-web`;
const BUCKET = `rights-${UNIQUE}`;
const environment = { PAGER_URL: 'https://hooks.rehearsal.internal/rights' };

let folder: string;
let ec2: EC2Client;
let all: readonly Policy[];

before(async () => {
  if (SKIP) return;
  folder = await mkdtemp(join(tmpdir(), 'bake-rights-'));
  ec2 = await rehearsalEc2(REGION);
  await write(80);
  const s3 = await rehearsalS3(REGION);
  const LocationConstraint = REGION;
  await s3.send(
    new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint } }),
  );
  const { config, settings } = await clientSettings(REGION);
  await makeRole({ endpoint: settings.endpoint, credentials: config }, FLEET);
  for (const region of [REGION, OTHER]) {
    const kms = new KMSClient({ ...settings, region });
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    await kms.send(new CreateAliasCommand({ AliasName: `alias/${FLEET}`, TargetKeyId: KeyMetadata?.KeyId }));
  }
  const { context } = testContext({ workingFolder: process.cwd(), environment });
  all = policies(await loadForCommand(context, { file: join(folder, 'bake.yaml'), strict: false }), {
    instanceRoles: [FLEET],
  });
});
after(() => SKIP || rm(folder, { recursive: true, force: true }));

/** With everything that asks for a right of its own. */
async function write(port: number, bundles = 'pushed'): Promise<void> {
  await writeFile(
    join(folder, 'bake.yaml'),
    `fleet: ${FLEET}
region: ${REGION}
source: { ssm_parameter: /aws/service/debian/release/12/latest/amd64 }
builder: { instance_profile: ${FLEET}, encryption: { kms_key: alias/${FLEET} }, ssh: { user: admin, via: public_address, from: my_address } }
ossec:
  built_trees: s3://${BUCKET}/trees
  bundles: s3://${BUCKET}/${bundles}
  slack_ossec_url: { bake_into_image: "\${env:PAGER_URL}" }
  alert_rules_list: [550]
images:
  reports: s3://${BUCKET}/reports
  parameters: /${FLEET}
  accounts: ["222222222222"]
  regions: { ${OTHER}: { kms_key: alias/${FLEET} } }
rollout:
  minimum_healthy: 0
  warmup: 0s
  bake_time: 40s
  guard: { namespace: Web, metric: Errors, above: 5 }
  alert_check: { level: 15, time_limit: 10s }
roles: { web: { listens: [${port}], groups: [${GROUP}] } }
`,
  );
}

const run = (...args: string[]) => bakeJson([...args, '--rehearse', '--yes'], { cwd: folder, environment });

/** The calls that are made meanwhile in the regions of this test. */
async function callsOf(work: () => Promise<unknown>): Promise<string[]> {
  const taken = async () => (await control('GET', 'calls')) as Array<{ action: string; region: string }>;
  const start = (await taken()).length;
  await work();
  return (await taken())
    .slice(start)
    .filter(({ region, action }) => [REGION, OTHER].includes(region) && !action.startsWith('rehearsal:'))
    .map(({ action }) => action);
}

function policy(name: string): Policy {
  return all.find((one) => one.name === name) ?? assert.fail(`there is no policy ${name}`);
}

async function done(...args: string[]) {
  const ended = await run(...args);
  assert.equal(ended.exitCode, 0, `${args.join(' ')}: ${ended.stdout.slice(-3000)}${ended.stderr}`);
  return ended;
}

let imageId: string;

test('bake', { skip: SKIP }, async () => {
  const calls = await callsOf(async () => {
    const { value } = await done('--role', 'web');
    imageId = value.images.find(({ image }: { image: string }) => image === 'web').imageId;
  });
  assertCovers(policy('bake'), calls);
});

/** Tags of a finished image that nobody has a report of. */
const GOLDEN = { 'bake:state': 'golden', 'bake:verification': 'a'.repeat(64) };

async function tag(id: string, tags: Readonly<Record<string, string>>): Promise<void> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await ec2.send(new CreateTagsCommand({ Resources: [id], Tags }));
}

/** Another image of the role, made of an instance. */
async function anotherImage(digit: string, tags: Readonly<Record<string, string>>): Promise<string> {
  const launched = await ec2.send(
    new RunInstancesCommand({ ImageId: imageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }),
  );
  const InstanceId = launched.Instances?.[0]?.InstanceId ?? '';
  await waitUntilInstanceRunning(
    { client: ec2, minDelay: 1, maxDelay: 1, maxWaitTime: 180 },
    { InstanceIds: [InstanceId] },
  );
  const { ImageId = '' } = await ec2.send(
    new CreateImageCommand({
      InstanceId,
      Name: `${FLEET}-web-${digit.repeat(12)}-1`,
    }),
  );
  const known = {
    'bake:fleet': FLEET,
    'bake:role': 'web',
    'bake:fingerprint': digit.repeat(64),
    'bake:generation': '1',
  };
  await tag(ImageId, { ...known, ...tags });
  return ImageId;
}

test('read', { skip: SKIP }, async () => {
  const calls = await callsOf(async () => {
    await done('status');
    await done('images', 'list');
    await done('images', 'show', imageId);
    await done('images', 'diff', imageId, imageId);
    // What another machine has baked.
    await rm(join(folder, '.bake', 'images'), { recursive: true });
    await done('images', 'show', imageId);
  });
  assertCovers(policy('read'), calls);
});

test('promote and retire', { skip: SKIP }, async () => {
  const old = await anotherImage('a', GOLDEN);
  await tag(imageId, GOLDEN);
  const calls = await callsOf(async () => {
    await control('PUT', 'faults', [{ action: 'ec2:CopyImage', effect: { kind: 'fail', reason: 'x' } }]);
    await run('images', 'promote', '--image', imageId);
    await done('images', 'promote', '--image', imageId);
    await done('images', 'retire', old);
  });
  assertCovers(policy('promote'), calls);
});

test('prune', { skip: SKIP }, async () => {
  await anotherImage('b', { ...GOLDEN, 'bake:state': 'retired' });
  const flags = ['--older-than', '1s', '--grace', '1s', '--keep', '1'];
  const calls = await callsOf(async () => {
    await done('images', 'prune', ...flags);
    await sleep(1500);
    await done('images', 'prune', ...flags);
  });
  assertCovers(policy('prune'), calls);
});

test('reap', { skip: SKIP }, async () => {
  const tags = { 'bake:fleet': FLEET, 'bake:role': 'web', 'bake:run': '20260101T000000Z-abcdef' };
  await anotherImage('c', tags);
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const tagged = (ResourceType: 'instance' | 'key-pair' | 'security-group' | 'volume') => ({
    TagSpecifications: [{ ResourceType, Tags }],
  });
  await ec2.send(new CreateKeyPairCommand({ KeyName: FLEET, ...tagged('key-pair') }));
  await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: FLEET, Description: 'left', ...tagged('security-group') }),
  );
  await ec2.send(new CreateVolumeCommand({ AvailabilityZone: `${REGION}a`, Size: 1, ...tagged('volume') }));
  await ec2.send(
    new RunInstancesCommand({
      ...{ ImageId: imageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1, ...tagged('instance') },
    }),
  );
  assertCovers(policy('reap'), await callsOf(() => done('reap', '--older-than', '1s')));
});

test('rollout, look, maintenance, push, publish and install', { skip: SKIP }, async () => {
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] }));
  assert.equal(Images.length, 1);
  await tag(imageId, { 'bake:state': 'unproven' });
  await using group = await launchGroup({ region: REGION, name: GROUP, imageId, size: 1 });
  assert.equal(group.ids.length, 1);
  assertCovers(
    policy('install'),
    await callsOf(async () => {
      await write(80, 'elsewhere');
      await done('iam', 'install');
      // Another content is the next version.
      await write(80);
      await done('iam', 'install');
    }),
  );
  const role = ['--role', 'web'];
  assertCovers(
    policy('look'),
    await callsOf(async () => {
      await done('alerts', ...role);
      await done('status', '--instances', ...role);
    }),
  );
  assertCovers(
    policy('maintenance'),
    await callsOf(async () => {
      await done('maintenance', 'begin', ...role, '--for', '10m', '--reason', 'rights');
      await done('maintenance', 'end', ...role);
    }),
  );
  await write(8080);
  assertCovers(policy('publish'), await callsOf(() => done('ossec', 'bundle', ...role)));
  assertCovers(
    policy('push'),
    await callsOf(async () => {
      await done('ossec', 'push', ...role);
      // Of what is up to date the tags are looked at.
      await done('ossec', 'push', ...role);
    }),
  );

  const next = await anotherImage('d', { 'bake:state': 'unproven' });
  const targets = ['--image', next, '--allow-candidate', ...role];
  const calls = await callsOf(async () => {
    await done('rollout', ...targets, '--no-wait');
    await run('rollout', 'undo', ...role);
    await done('rollout', ...targets, '--no-wait');
    await run('rollout', 'cancel', ...role);
    await done('rollout', ...targets);
    await run('rollout', 'watch', ...role);
  });
  assertCovers(policy('rollout'), calls);
});
