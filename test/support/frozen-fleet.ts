/** The example fleet in a folder of its own, with the real OSSEC of BAKE_OSSEC_TARBALL frozen into it. */

import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { bakeJson } from './rehearsal.ts';

const ROOT = join(import.meta.dirname, '../..');
const FROZEN = z.object({ tarball: z.string(), sha256: z.string() });

/** The folder; `name` is the fleet's, and `change` edits the fleet file. */
export async function frozenFleet(name: string, change: (text: string) => string = (text) => text) {
  const folder = await mkdtemp(join(tmpdir(), 'bake-ossec-'));
  for (const path of ['bake.yaml', 'files', 'keys', 'roles'])
    await cp(join(ROOT, path), join(folder, path), { recursive: true });
  const file = join(folder, 'bake.yaml');
  const text = (await readFile(file, 'utf8'))
    .replace('fleet: example', `fleet: ${name}`)
    .replace('\nossec:\n', '\nossec:\n  tarball: x\n  sha256: x\n');
  await writeFile(file, change(text));
  await freezeInto(folder, process.env.BAKE_OSSEC_TARBALL ?? '');
  return folder;
}

/** Freezes a tarball, and names it in the fleet file in the place of the one before. */
export async function freezeInto(folder: string, tarballFile: string): Promise<void> {
  const { value, stderr, exitCode } = await bakeJson(['ossec', 'freeze', tarballFile], { cwd: folder });
  assert.equal(exitCode, 0, stderr);
  const { tarball, sha256 } = FROZEN.parse(value);
  const file = join(folder, 'bake.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replace(/\n {2}tarball: .*\n {2}sha256: .*\n/, `\n  tarball: ${tarball}\n  sha256: ${sha256}\n`),
  );
}
