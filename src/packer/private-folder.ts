/** A folder for secrets on their way: in memory where the machine has such a place, gone afterwards. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../context.ts';

export async function withPrivateFolder<T>(
  environment: Environment,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await makeFolder(['/dev/shm', environment.XDG_RUNTIME_DIR, environment.TMPDIR, tmpdir()]);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Only its owner can enter a folder that mkdtemp makes. */
async function makeFolder(places: ReadonlyArray<string | undefined>): Promise<string> {
  const [place, ...others] = places.filter((candidate) => candidate);
  if (place === undefined) throw new Error('no folder for temporary files');
  try {
    return await mkdtemp(join(place, 'bake-'));
  } catch (error) {
    if (others.length === 0) throw error;
    return makeFolder(others);
  }
}
