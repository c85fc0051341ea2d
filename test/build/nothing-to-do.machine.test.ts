/** What it costs to find that nothing is to be baked: calls to AWS, and no Packer. */

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateImageCommand, EC2Client } from '@aws-sdk/client-ec2';
import { prepareWithTools } from '../../src/build/prepare-with-tools.ts';
import { runImages } from '../../src/build/run.ts';
import { planImages } from '../../src/plan/images.ts';
import { TAG } from '../../src/plan/tags.ts';
import { renderWorkspace } from '../../src/render/workspace.ts';
import { loadAssets } from '../../src/world/assets.ts';
import { openAws } from '../../src/world/aws.ts';
import type { Site } from '../../src/world/site.ts';
import { fakeMachine, fakePacker, PLUGIN } from '../packer/machine.ts';
import { launchRunning, untilImage } from '../rehearsal/server/ec2-steps.ts';
import { signedHeaders } from '../rehearsal/server/sign.ts';
import { CREDENTIALS, DEBIAN, send, serverTests, type TestServer } from '../rehearsal/server/support.ts';
import { testFleet, testOssec, testRole } from '../support/fleet.ts';

const serverTest = serverTests();
const REGION = 'eu-central-1';

const FLEET = testFleet({
  builder: { ...testFleet().builder, volume: { sizeGiB: 8, type: 'gp3', device: '/dev/xvda' } },
  ossec: testOssec({ tarball: { from: 's3://bucket/ossec.tar.gz', sha256: 'a'.repeat(64) } }),
  roles: Array.from({ length: 50 }, (_, index) =>
    testRole({ name: `role${index}`, packages: [`p${index}`] }),
  ),
});

function site({ endpoint }: TestServer): Site {
  const awsIn = (region: string) => openAws({ region, rehearsal: { endpoint, credentials: CREDENTIALS } });
  const never = async () => assert.fail('only a bake needs this');
  return {
    aws: awsIn(REGION),
    awsIn,
    rehearsal: false,
    childEnvironment: {},
    myAddress: never,
    prepareSource: never,
    standIn: never,
  };
}

async function calls({ endpoint }: TestServer, method: 'GET' | 'DELETE'): Promise<string[]> {
  const headers = await signedHeaders({
    endpoint,
    path: '/_rehearsal/calls',
    method,
    body: '',
    credentials: CREDENTIALS,
  });
  const { body } = await send({ url: `${endpoint}/_rehearsal/calls`, method, headers });
  return JSON.parse(body).map(({ action }: { action: string }) => action);
}

serverTest('50 roles that are up to date cost at most 3 reading calls, and no Packer', async (server, t) => {
  const assets = await loadAssets();
  const images = planImages(FLEET, FLEET.roles, { flat: false }).map((plan) => ({
    plan,
    workspace: renderWorkspace(FLEET, plan, assets),
  }));
  const { environment, folder } = await fakeMachine(t, {});
  const started = join(folder, 'started');
  const script = `#!/bin/sh\necho "$*" >>'${started}'\n${fakePacker('1.12.0', PLUGIN('1.8.3'))}`;
  await writeFile(join(folder, 'bin', 'packer'), script, { mode: 0o755 });
  const context = {
    environment,
    signal: new AbortController().signal,
    reporter: { emit: () => {}, result: () => {}, ask: async () => false, close: async () => {} },
  };
  const run = () =>
    prepareWithTools(context, {
      fleet: FLEET,
      images,
      site: site(server),
      force: false,
      verify: true,
      maxAgeSeconds: 30 * 86_400,
      now: new Date().toISOString(),
    });
  const { preparation } = await run();
  assert.equal(preparation.images.filter(({ decision }) => decision.kind === 'bake').length, 51);

  const ec2 = new EC2Client({ ...server.client, region: REGION });
  const InstanceId = await launchRunning(ec2);
  for (const { imageName, fingerprint, plan } of preparation.images) {
    const tags = {
      [TAG.fleet]: FLEET.name,
      [TAG.role]: plan.name,
      [TAG.fingerprint]: fingerprint,
      [TAG.generation]: '1',
      [TAG.state]: 'golden',
    };
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const made = new CreateImageCommand({
      InstanceId,
      Name: imageName,
      TagSpecifications: [{ ResourceType: 'image', Tags }],
    });
    await untilImage(ec2, (await ec2.send(made)).ImageId ?? '', 'available');
  }

  await calls(server, 'DELETE');
  const before = await readFile(started, 'utf8');
  const again = await run();
  const outcomes = await runImages({
    images: again.preparation.images,
    sourceAmi: again.preparation.source.imageId,
    concurrency: 4,
    emit: () => {},
    signal: context.signal,
    bake: async () => assert.fail('baked'),
    prove: undefined,
    adopt: async () => assert.fail('looked for'),
    now: () => 0,
  });
  const made = (await calls(server, 'GET')).filter((action) => action !== 'rehearsal:control');
  assert.ok(made.length <= 3, made.join());
  for (const action of made) assert.match(action, /^(?:ec2:Describe|ssm:Get)\w+$/);
  assert.deepEqual(new Set([...outcomes.values()].map(({ kind }) => kind)), new Set(['up-to-date']));
  assert.equal(again.tools, undefined);
  assert.equal(await readFile(started, 'utf8'), before);
  assert.equal(again.preparation.source.imageId, DEBIAN.imageId);
});
