/** Where cases are tried: a scratch folder and a rehearsal, both of their own. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { prepare } from '../rehearsal/src/index.ts';
import { readConfig } from '../rehearsal/src/server/config.ts';
import { cacheFolder, openCache } from '../src/world/cache.ts';
import { lazily } from '../src/world/lazily.ts';
import { type Bake, endOf, openOwnRehearsal, startBake } from '../test/support/own-rehearsal.ts';
import type { World } from './model.ts';

export const PROGRAM = join(import.meta.dirname, '..', 'bin', 'bake.js');

/** `state`: the folder of a rehearsal that is there and stays. */
export async function withWorld<T>(use: (world: World) => Promise<T>, state?: string): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'bake-faults-'));
  const environment = { BAKE_REHEARSAL: state ?? join(scratch, 'rehearsal') };
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  const bake: Bake = (args, folder, more = {}) =>
    endOf(startBake(PROGRAM, args, { folder, environment: { ...environment, ...more } }));
  let isUp = false;
  const rehearsal = lazily(() => {
    isUp = true;
    return openPrepared(environment.BAKE_REHEARSAL, bake);
  });
  const endings: Array<() => Promise<unknown>> = [];
  const atEnd: World['atEnd'] = (end) => void endings.unshift(end);
  try {
    return await use({ scratch, say, bake, rehearsal, environment, atEnd });
  } finally {
    for (const end of endings) await end();
    if (isUp && state === undefined) await bake(['rehearse', 'down'], scratch);
    await rm(scratch, { recursive: true, force: true });
  }
}

/** With an image that instances can be launched from. */
async function openPrepared(stateFolder: string, bake: Bake) {
  const opened = await openOwnRehearsal(stateFolder, bake);
  const { sourceImages } = await readConfig(join(stateFolder, 'server-config.json'));
  const debian = sourceImages.find(({ distribution }) => distribution === 'debian-12');
  const cache = openCache(cacheFolder(process.env));
  await prepare(
    { stateFolder, cache, consent: async () => false, report: () => undefined },
    debian === undefined ? [] : [debian.imageId],
  );
  return opened;
}
