/** The stand-in for OSSEC's frozen tarball: a tree of our own with the same layout. It watches nothing. */

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Cache } from './model.ts';
import { run } from './run.ts';
import { recipeDigest } from './setup/recipe.ts';

const TREE = join(import.meta.dirname, '..', 'stand-in');
const TARBALL = 'ossec-stand-in.tar';

/** Nothing of the machine or of the checkout gets into the archive: the same bytes everywhere. */
const REPRODUCIBLE = [
  '--format=ustar',
  '--sort=name',
  '--mtime=@0',
  '--owner=0',
  '--group=0',
  '--numeric-owner',
  '--mode=u=rwX,go=rX',
  '--transform=s,^[.],ossec-stand-in,',
];

/** The packed stand-in, and its SHA-256 in hexadecimal. */
export async function standIn(cache: Cache): Promise<{ readonly path: string; readonly sha256: string }> {
  const folder = await cache.ensure({
    name: 'ossec-stand-in',
    key: `${REPRODUCIBLE.join(' ')} ${await digestOfTree()}`,
    build: async (target) => {
      await run('tar', [
        ...REPRODUCIBLE,
        '--create',
        `--file=${join(target, TARBALL)}`,
        `--directory=${TREE}`,
        '.',
      ]);
    },
  });
  const path = join(folder, TARBALL);
  return { path, sha256: sha256(await readFile(path)) };
}

async function digestOfTree(): Promise<string> {
  const entries = await readdir(TREE, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(files.map((file) => readFile(file)));
  return recipeDigest(
    new Map(files.map((file, index) => [relative(TREE, file), contents[index] ?? Buffer.of()])),
  );
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
