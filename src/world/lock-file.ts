/** The door to `bake.lock`, beside the fleet file. */

import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failed, fail } from '../failure.ts';
import { parseLock } from '../ossec/lock.ts';
import { serializeLock } from '../ossec/lock-text.ts';
import type { Lock } from '../ossec/model.ts';

/** Where the lock of a fleet file lies. */
export function lockFileOf(fleetFile: string): string {
  return join(dirname(fleetFile), 'bake.lock');
}

/**
 * The lock at `path`, which messages name as it is given; undefined where there is none.
 * @throws Failed where there is a file that is no lock.
 */
export async function readLock(path: string): Promise<Lock | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    return fail({ kind: 'input', problem: `${path} cannot be read: ${error.code ?? error.message}` });
  });
  if (text === undefined) return undefined;
  const parsed = parseLock(path, text);
  if ('failures' in parsed) throw new Failed(parsed.failures);
  return parsed.lock;
}

/** Leaves the old lock or the new one, never half of one. */
export async function writeLock(path: string, lock: Lock): Promise<void> {
  const temporary = `${path}.new`;
  await writeFile(temporary, serializeLock(lock));
  await rename(temporary, path);
}
