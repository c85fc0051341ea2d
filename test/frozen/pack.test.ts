import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Entry } from '../../src/frozen/entry.ts';
import { normalized } from '../../src/frozen/normalize.ts';
import { packEntries } from '../../src/frozen/pack.ts';
import { readArchiveFile } from '../../src/frozen/read-archive.ts';

const TIME = 1_779_896_164;
const LONG = `${'long/'.repeat(60)}name`;

function entry(path: string, parts: Partial<Entry> = {}): Entry {
  return { path, kind: 'file', executable: false, content: Buffer.from(`of ${path}`), target: '', ...parts };
}

const ENTRIES: readonly Entry[] = normalized([
  entry('src/main.c'),
  entry('install.sh', { executable: true }),
  entry('src/lua', { kind: 'symlink', content: Buffer.of(), target: 'lua-5.2' }),
  entry('src/lua-5.2/größe.c'),
  entry('empty', { kind: 'folder', executable: true, content: Buffer.of() }),
  entry(LONG, { content: Buffer.alloc(2000, 7) }),
]);

test('entries come back as they went in, folders before what is in them', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'bake-pack-'));
  try {
    await writeFile(join(scratch, 'a.tar.gz'), packEntries(ENTRIES, TIME));
    const { entries, newest, commit } = await readArchiveFile(join(scratch, 'a.tar.gz'));
    const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
    assert.deepEqual(
      entries.map((read) => ({ ...read, content: Buffer.from(read.content) })),
      ENTRIES.toSorted(byPath).map((packed) => ({
        ...packed,
        content: Buffer.from(packed.content),
        executable: packed.executable || packed.kind === 'symlink',
      })),
    );
    assert.deepEqual([newest, commit], [TIME, undefined]);
  } finally {
    await rm(scratch, { recursive: true });
  }
});

test('the bytes do not depend on the order of the entries, and are these', () => {
  const packed = packEntries(ENTRIES, TIME);
  assert.deepEqual(packEntries(ENTRIES.toReversed(), TIME), packed);
  assert.deepEqual([...packed.subarray(0, 10)], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3], 'no name, no time');
  assert.equal(
    createHash('sha256').update(packed).digest('hex'),
    '764b18370c60b6243cd1e75637d03a80ccdcca64eda98f6bc581fb355cbdc942',
    'every frozen tarball gets another digest with this change',
  );
});
