import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { toolVersions } from '../../src/packer/tool-versions.ts';
import { type FakeMachine, fakeMachine, fakePacker } from './machine.ts';

/** A Packer that notes each time that it is started. */
async function machine(t: TestContext, version: string, plugin: string): Promise<FakeMachine> {
  const found = await fakeMachine(t, {});
  await install(found, version, plugin);
  return found;
}

async function install({ folder }: FakeMachine, version: string, plugin: string): Promise<void> {
  const path = join(folder, `packer-plugin-amazon_v${plugin}_x5.0_linux_amd64`).replace(
    folder,
    join(folder, 'plugins', 'github.com', 'hashicorp', 'amazon'),
  );
  const script = `#!/bin/sh\necho "$1" >>'${join(folder, 'started')}'\n${fakePacker(version, path)}`;
  await writeFile(join(folder, 'bin', 'packer'), script, { mode: 0o755 });
}

async function starts({ folder }: FakeMachine): Promise<number> {
  const text = await readFile(join(folder, 'started'), 'utf8').catch(() => '');
  return text.split('\n').length - 1;
}

test('without a Packer, the versions are those that bake builds', async (t) => {
  const { environment } = await fakeMachine(t, {});
  const versions = await toolVersions(environment);
  assert.match(`${versions.packer} ${versions.amazonPlugin}`, /^1\.\d+\.\d+ 1\.\d+\.\d+$/);
});

test('Packer is asked once, for as long as it is the same', async (t) => {
  const found = await machine(t, '1.12.0', '1.8.3');
  const expected = { packer: '1.12.0', amazonPlugin: '1.8.3' };
  assert.deepEqual(await toolVersions(found.environment), expected);
  const once = await starts(found);
  assert.ok(once > 0);
  assert.deepEqual(await toolVersions(found.environment), expected);
  assert.equal(await starts(found), once);
});

test('another Packer, or other settings, are asked anew', async (t) => {
  const found = await machine(t, '1.12.0', '1.8.3');
  await toolVersions(found.environment);
  await install(found, '1.13.0', '1.9.10');
  assert.deepEqual(await toolVersions(found.environment), { packer: '1.13.0', amazonPlugin: '1.9.10' });
  const before = await starts(found);
  await toolVersions({ ...found.environment, PACKER_PLUGIN_PATH: '/elsewhere' });
  assert.ok((await starts(found)) > before);
});

test('a Packer that is too old is not what a bake uses', async (t) => {
  const found = await machine(t, '1.0.0', '1.8.3');
  const pinned = await toolVersions((await fakeMachine(t, {})).environment);
  assert.deepEqual(await toolVersions(found.environment), pinned);
});
