import assert from 'node:assert/strict';
import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { codeDigest } from '../../../rehearsal/src/setup/code.ts';

const PACKAGE = join(import.meta.dirname, '../../../rehearsal');
const copy = join(await mkdtemp(join(tmpdir(), 'bake-code-')), 'rehearsal');
after(() => rm(join(copy, '..'), { recursive: true, force: true }));
await cp(PACKAGE, copy, { recursive: true });
await cp(join(PACKAGE, '../src/rollout'), join(copy, '../src/rollout'), { recursive: true });

test('a copy of the code is the same code', async () => {
  assert.equal(await codeDigest(copy), await codeDigest());
});

for (const path of [
  'src/server/main.ts',
  'src/machines/boot.sh',
  'root-filesystem/customize.sh',
  'root-filesystem/files/etc/hosts',
  '../src/rollout/preferences.ts',
  '../src/rollout/refresh/band.ts',
]) {
  test(`it is other code with a change in ${path}`, async () => {
    const before = await codeDigest(copy);
    await appendFile(join(copy, path), '\n');
    assert.notEqual(await codeDigest(copy), before);
  });
}

test('it is other code with one file more', async () => {
  const before = await codeDigest(copy);
  await writeFile(join(copy, 'src/server/one-more.ts'), '');
  assert.notEqual(await codeDigest(copy), before);
});
