/** Puts the frozen tarball where bakes fetch it: an object of S3, or a file. */

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '../failure.ts';
import { unlessMissing } from '../world/file-errors.ts';
import { formatObjectAddress, type ObjectAddress, type ObjectStore } from '../world/s3.ts';
import type { Frozen } from './freeze.ts';

/** What became of it: it is new, was there already, or took another one's place. */
export type Published = 'created' | 'there' | 'replaced';

interface Place {
  /** What messages call it. */
  readonly name: string;
  readonly read: () => Promise<Uint8Array | undefined>;
  /** False where something is there, which stays. */
  readonly create: (content: Uint8Array) => Promise<boolean>;
  readonly replace: (content: Uint8Array) => Promise<void>;
}

/**
 * Puts the tarball at `place` and reads it back. Something else that is there stays, and is a failure, unless
 * `force` is given. Throws {@link Failed}.
 */
export async function publish(
  { bytes, sha256 }: Pick<Frozen, 'bytes' | 'sha256'>,
  place: Place,
  { force }: { readonly force: boolean },
): Promise<Published> {
  if (await place.create(bytes)) return confirm(place, sha256, 'created');
  if (digestOf(await place.read()) === sha256) return 'there';
  if (!force) {
    fail({
      kind: 'input',
      problem: `something else is at ${place.name}`,
      remedy: 'images that are baked with it would change: choose another place, or replace it with --force',
    });
  }
  await place.replace(bytes);
  return confirm(place, sha256, 'replaced');
}

async function confirm(place: Place, sha256: string, outcome: Published): Promise<Published> {
  const found = digestOf(await place.read());
  if (found === sha256) return outcome;
  return fail({
    kind: 'input',
    problem: `what was written to ${place.name} is not what is there now: its SHA-256 is ${found}, not ${sha256}`,
    remedy: 'find out what else writes there, then run the same command again',
  });
}

function digestOf(content: Uint8Array | undefined): string | undefined {
  return content === undefined ? undefined : createHash('sha256').update(content).digest('hex');
}

export function objectPlace(objects: ObjectStore, address: ObjectAddress): Place {
  return {
    name: formatObjectAddress(address),
    read: () => objects.read(address),
    create: (content) => objects.create(address, content),
    replace: (content) => objects.replace(address, content),
  };
}

/** `name` is the path as messages show it. */
export function filePlace(path: string, name: string): Place {
  const read = () => readFile(path).catch(unlessMissing);
  const replace = async (content: Uint8Array) => {
    const partial = `${path}.${process.pid}.part`;
    await mkdir(dirname(path), { recursive: true });
    try {
      await writeFile(partial, content);
      await rename(partial, path);
    } finally {
      await rm(partial, { force: true });
    }
  };
  const create = async (content: Uint8Array) => {
    if ((await read()) !== undefined) return false;
    await replace(content);
    return true;
  };
  return { name, read, create, replace };
}
