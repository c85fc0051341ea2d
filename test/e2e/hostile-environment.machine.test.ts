/** A whole rehearsal in an environment that leads elsewhere: nothing leaves for where it leads. */

import assert from 'node:assert/strict';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { execa } from 'execa';
import { cacheFolder } from '../../src/world/cache.ts';
import { findEngine, whyNoContainer } from '../support/engine.ts';
import { bake } from '../support/rehearsal.ts';
import { testTools } from '../support/tools.ts';
import { setTrap, type Trap } from '../support/trap.ts';

const FLEET = `fleet: hostile
region: eu-central-1
source: { ssm_parameter: /aws/service/debian/release/12/latest/amd64 }
builder: { instance_type: t3.small, ssh: { user: admin, via: public_address, from: my_address } }
roles: { plain: {} }
`;

const skip = whyNoContainer('debian-12') ?? false;
let folder: string;
let trap: Trap;
let environment: Record<string, string>;

before(async () => {
  if (skip) return;
  // What is downloaded once may come by a proxy: it is there before.
  await Promise.all([findEngine('debian-12'), testTools()]);
  folder = await mkdtemp(join(tmpdir(), 'bake-hostile-'));
  await writeFile(join(folder, 'bake.yaml'), FLEET);
  trap = await setTrap();
  environment = {
    ...trap.environment,
    BAKE_REHEARSAL: join(folder, 'state'),
    BAKE_CACHE: cacheFolder(process.env),
  };
});
after(async () => {
  if (skip) return;
  await bake(['rehearse', 'down'], { cwd: folder, environment });
  await trap[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function assertNobodyLeft(): Promise<void> {
  assert.deepEqual(trap.caught(), []);
  await assert.rejects(access(trap.mark), { code: 'ENOENT' });
}

test('a bake by Packer makes every call to the rehearsal', { skip }, async () => {
  const { exitCode, stdout, stderr } = await bake(['--role', 'plain', '--flat', '--rehearse', '--yes'], {
    cwd: folder,
    environment,
  });
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /ami-[0-9a-f]{17}/);
  const calls = await readFile(join(folder, 'state', 'server.log'), 'utf8');
  for (const action of [
    'ssm:GetParameter',
    'ec2:RunInstances',
    'ec2:CreateImage',
    'ec2:TerminateInstances',
  ]) {
    assert.match(calls, new RegExp(`${action} eu-central-1 ok`));
  }
  await assertNobodyLeft();
});

test("every service's client makes its call to the rehearsal", { skip }, async () => {
  const script = join(import.meta.dirname, '..', 'support', 'call-every-service.ts');
  const { stdout } = await execa(process.execPath, [script, join(folder, 'state')], { env: environment });
  const { account, images, source, bucket } = JSON.parse(stdout);
  assert.deepEqual([account, images], ['000000000000', []]);
  assert.match(source, /^debian-12-/);
  assert.match(bucket, /bucket/i);
  await assertNobodyLeft();
});

test('without --rehearse, calls go where the environment leads', { skip }, async () => {
  // The SDK refuses these beside an address of one's own.
  const possible = { AWS_USE_FIPS_ENDPOINT: 'false', AWS_USE_DUALSTACK_ENDPOINT: 'false' };
  await bake(['doctor'], { cwd: folder, environment: { ...environment, ...possible } });
  await access(trap.mark);
  assert.match(trap.caught().join('\n'), /^POST \/ HTTP/m);
});
