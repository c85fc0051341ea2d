import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestFolder } from '../../src/world/digest.ts';

async function sample(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-digest-'));
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin', 'tool'), 'one', { mode: 0o755 });
  await writeFile(join(folder, 'big'), Buffer.alloc(3_000_000, 7));
  await symlink('bin/tool', join(folder, 'link'));
  await symlink('.', join(folder, 'loop'));
  return folder;
}

const CHANGES: Record<string, (folder: string) => Promise<unknown>> = {
  'another content': (folder) => writeFile(join(folder, 'bin', 'tool'), 'two'),
  'one byte at the end of a large file': (folder) =>
    writeFile(join(folder, 'big'), Buffer.alloc(3_000_000, 7).fill(8, 2_999_999)),
  'other permissions': (folder) => chmod(join(folder, 'bin', 'tool'), 0o4755),
  'other permissions of a folder': (folder) => chmod(join(folder, 'bin'), 0o777),
  'another name': (folder) => rename(join(folder, 'bin', 'tool'), join(folder, 'bin', 'tool2')),
  'one more file': (folder) => writeFile(join(folder, 'bin', 'more'), ''),
  'one more empty folder': (folder) => mkdir(join(folder, 'empty')),
  'a missing file': (folder) => rm(join(folder, 'big')),
  'another target of a link': async (folder) => {
    await rm(join(folder, 'link'));
    await symlink('bin/other', join(folder, 'link'));
  },
  'a link that became what it pointed to': async (folder) => {
    await rm(join(folder, 'link'));
    await writeFile(join(folder, 'link'), 'bin/tool');
  },
};

for (const [name, change] of Object.entries(CHANGES)) {
  test(`The digest of a folder notices ${name}.`, async (t) => {
    const folder = await sample();
    t.after(() => rm(folder, { recursive: true }));
    const before = await digestFolder(folder);
    await change(folder);
    assert.notEqual(await digestFolder(folder), before);
  });
}

test('The digest of a folder depends neither on where it lies nor on times.', async (t) => {
  const [one, other] = await Promise.all([sample(), sample()]);
  t.after(() => Promise.all([one, other].map((folder) => rm(folder, { recursive: true }))));
  await utimes(join(one, 'big'), 1, 1);
  assert.match(await digestFolder(one), /^[0-9a-f]{64}$/);
  assert.equal(await digestFolder(one), await digestFolder(other));
});
