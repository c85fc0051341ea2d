/** Where cases are tried: a scratch folder and a rehearsal, both of their own. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
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
    return openOwnRehearsal(environment.BAKE_REHEARSAL, bake);
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
