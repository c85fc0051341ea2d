/** Where a rehearsal keeps what it needs to be found again. */

import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';

/** What the runtime folders of all rehearsals begin with. */
export const RUNTIME_PREFIX = '/run/bake-rehearsal-';

export interface Place {
  readonly stateFolder: string;
  /** Marks everything that this rehearsal makes: `bake-rehearsal-1a2b3c4d`. Other state folders, other names. */
  readonly name: string;
  /** The bridge's name on this machine; the kernel takes 15 characters at most. */
  readonly bridge: string;
  /** A number that is this rehearsal's own, to begin a search with. */
  readonly seed: number;
  /** Sockets of an engine of our own: a short path, as sockets need, that doesn't outlive a reboot. */
  readonly runtimeFolder: string;
  /** What the server is started with; it holds the secret. */
  readonly configFile: string;
  /** Written by the server when it takes calls. */
  readonly serverFile: string;
  readonly serverLog: string;
}

/** Makes the state folder where it is missing; only its owner can enter it. */
export async function openPlace(stateFolder: string): Promise<Place> {
  await mkdir(stateFolder, { recursive: true, mode: 0o700 });
  const folder = await realpath(stateFolder);
  const digest = createHash('sha256').update(folder).digest();
  const id = digest.toString('hex').slice(0, 8);
  return {
    stateFolder: folder,
    name: `bake-rehearsal-${id}`,
    bridge: `bake-${id}`,
    seed: digest.readUInt32BE(0),
    runtimeFolder: `${RUNTIME_PREFIX}${id}`,
    configFile: join(folder, 'server-config.json'),
    serverFile: join(folder, 'server.json'),
    serverLog: join(folder, 'server.log'),
  };
}

/** Undefined where there is no such file, or another content than `schema` says. */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return schema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Only its owner can read it; it is there whole, or not at all. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
