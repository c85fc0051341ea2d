import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { z } from 'zod';
import { openPlace, readJson, writeJson } from '../../../rehearsal/src/setup/place.ts';

const scratch = await mkdtemp(join(tmpdir(), 'bake-place-'));
after(() => rm(scratch, { recursive: true, force: true }));

test('only its owner can look into the state folder, and at its files', async () => {
  const { stateFolder, configFile } = await openPlace(join(scratch, 'a', 'state'));
  await writeJson(configFile, { secret: 'x' });
  assert.equal((await stat(stateFolder)).mode & 0o777, 0o700);
  assert.equal((await stat(configFile)).mode & 0o777, 0o600);
});

test('two state folders are two rehearsals in every name', async () => {
  const one = await openPlace(join(scratch, 'one'));
  const two = await openPlace(join(scratch, 'two'));
  for (const key of ['name', 'bridge', 'runtimeFolder', 'seed'] as const) assert.notEqual(one[key], two[key]);
});

test('the same folder by another way is the same rehearsal', async () => {
  const one = await openPlace(join(scratch, 'one'));
  await symlink(join(scratch, 'one'), join(scratch, 'link'));
  assert.deepEqual(await openPlace(join(scratch, 'link')), one);
});

test("names fit where they go: the kernel's interfaces, sockets", async () => {
  const { bridge, runtimeFolder } = await openPlace(join(scratch, 'long'.repeat(40)));
  assert.ok(bridge.length <= 15);
  assert.ok(join(runtimeFolder, 'exec/containerd/containerd-debug.sock.ttrpc').length < 107);
});

test('a file that is missing, broken or of another shape is as good as none', async () => {
  const schema = z.object({ port: z.number() });
  const file = join(scratch, 'file.json');
  assert.equal(await readJson(file, schema), undefined);
  await writeJson(file, { port: 'x' });
  assert.equal(await readJson(file, schema), undefined);
  await writeJson(file, { port: 1 });
  assert.deepEqual(await readJson(file, schema), { port: 1 });
});
