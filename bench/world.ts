/** Where rows measure: a scratch folder, the installed package, a rehearsal, all of the benchmark's own. */

import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { lazily } from '../src/world/lazily.ts';
import { type Bake, type Event, endOf, openOwnRehearsal, startBake } from '../test/support/own-rehearsal.ts';
import type { World } from './model.ts';

export { done, REGION } from '../test/support/own-rehearsal.ts';
export const ROOT = join(import.meta.dirname, '..');

export async function withWorld<T>(use: (world: World) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'bake-bench-'));
  const state = join(scratch, 'rehearsal');
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  const packaged = lazily(() => installPackage(scratch));
  const bake: Bake = async (args, folder, environment = {}) =>
    endOf(
      startBake(join(await packaged(), 'bin', 'bake.js'), args, {
        folder,
        environment: { ...environment, BAKE_REHEARSAL: state },
      }),
    );
  let isUp = false;
  const rehearsal = lazily(() => {
    isUp = true;
    return openOwnRehearsal(state, bake);
  });
  try {
    return await use({ scratch, say, packaged, rehearsal });
  } finally {
    // Where no row has asked for a rehearsal, there is none to end, and no package to end it with.
    if (isUp) await bake(['rehearse', 'down'], scratch);
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The folder of an installed package, as npm makes it. */
async function installPackage(scratch: string): Promise<string> {
  const built = join(scratch, 'built');
  const home = join(scratch, 'installed');
  await mkdir(home, { recursive: true });
  await node([join(ROOT, 'scripts', 'build.ts'), built], scratch);
  const [tarball] = (await readdir(built)).filter((name) => name.endsWith('.tgz'));
  await execa('npm', ['install', '--offline', '--prefix', home, join(built, tarball ?? '')], {
    preferLocal: true,
    localDir: ROOT,
  });
  return join(home, 'node_modules', '@bake-ami', 'cli');
}

function node(args: readonly string[], cwd: string) {
  return execa('node', args, { cwd, preferLocal: true, localDir: ROOT, stdin: 'ignore' });
}

/** Seconds that bake took for one image, by its events. */
export function lengthOf(events: readonly Event[], image: string): number {
  const ended = events.find((event) => event.type === 'image.finished' && event.image === image);
  return Number(ended?.milliseconds ?? Number.NaN) / 1000;
}
