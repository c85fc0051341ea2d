/** An image that knows a hook's URL, baked and verified with OSSEC's stand-in: where it is booted, and what is left. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeInstancesCommand, DescribeSecurityGroupsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { execa } from 'execa';
import { bakeJson, rehearsalEc2 } from '../support/rehearsal.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const NAME = `quiet-${randomBytes(4).toString('hex')}`;
const FLEET = `fleet: ${NAME}
region: eu-central-1
source:
  filter: { name: debian-12-amd64-*, owners: ["136693071363"] }
ossec:
  slack_ossec_url: { bake_into_image: "\${env:PAGER_URL}" }
  alert_rules_list: [550]
roles: { web: {} }
`;
const environment = { PAGER_URL: 'https://hooks.rehearsal.internal/SeCrEt/pager' };
const OURS = [{ Name: 'tag:bake:fleet', Values: [NAME] }];

let folder: string;
let ec2: EC2Client;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-quiet-'));
  await writeFile(join(folder, 'bake.yaml'), FLEET);
  ec2 = await rehearsalEc2('eu-central-1');
});
after(() => rm(folder, { recursive: true, force: true }));

async function groups() {
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: OURS }));
  return SecurityGroups;
}

/** Each instance of the fleet that is seen until `signal` aborts, with its image and what its groups are called. */
async function seenUntil(signal: AbortSignal): Promise<Map<string, string>> {
  const seen = new Map<string, string>();
  while (!signal.aborted) {
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters: OURS }));
    for (const { InstanceId = '', ImageId, SecurityGroups = [] } of Reservations.flatMap(
      ({ Instances = [] }) => Instances,
    )) {
      const names = SecurityGroups.map(({ GroupName }) => GroupName).join();
      if (names !== '') seen.set(InstanceId, `${ImageId} ${names}`);
    }
    await sleep(300);
  }
  return seen;
}

test('both boots are in the group that lets nothing out, builders are not, and it is gone afterwards', async () => {
  const ended = new AbortController();
  const watching = seenUntil(ended.signal);
  const baked = await bakeJson(['--role', 'web', '--rehearse', '--yes'], { cwd: folder, environment });
  ended.abort();
  assert.equal(baked.exitCode, 0, baked.stderr);
  const [{ runId }] = baked.ofType('run.started');
  const web = baked.value.images.find(({ image }: { image: string }) => image === 'web');
  assert.equal(web.state, 'unproven');
  const seen = [...(await watching).values()];
  const boots = seen.filter((one) => one.startsWith(web.imageId));
  assert.deepEqual(boots, Array(2).fill(`${web.imageId} bake-verify-${NAME}-web-${runId}`));
  assert.equal(seen.filter((one) => one.includes('bake-verify-')).length, 2, seen.join('\n'));
  assert.deepEqual(await groups(), []);
});

test('it is gone after an interruption, too, and until then it has no rule for the way out', async () => {
  const args = [join(ROOT, 'bin', 'bake.js'), 'verify', '--role', 'web', '--rehearse', '--json'];
  const child = execa('node', args, {
    ...{ cwd: folder, preferLocal: true, localDir: ROOT, reject: false, stdin: 'ignore', buffer: false },
    env: { ...process.env, ...environment },
  });
  let during: Awaited<ReturnType<typeof groups>> = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line);
    if (during.length > 0 || event.type !== 'image.phase' || event.phase !== 'step') continue;
    during = (await groups()).filter(({ GroupName }) => GroupName?.startsWith('bake-verify-'));
    child.kill('SIGINT');
  }
  assert.equal((await child).exitCode, 130);
  const [group, ...others] = during;
  assert.deepEqual(others, []);
  assert.deepEqual(group?.IpPermissionsEgress ?? [], []);
  assert.deepEqual(
    group?.IpPermissions?.map(({ IpProtocol, FromPort, ToPort, IpRanges = [] }) => [
      ...[IpProtocol, FromPort, ToPort],
      ...IpRanges.map(({ CidrIp }) => CidrIp),
    ]),
    [['tcp', 22, 22, '127.0.0.1/32']],
  );
  assert.deepEqual(await groups(), []);
});
