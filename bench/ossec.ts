/** The OSSEC that both sides install: the real one of BAKE_OSSEC_TARBALL, else the rehearsal's stand-in. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { standIn } from '../rehearsal/src/stand-in.ts';
import { cacheFolder, openCache } from '../src/world/cache.ts';
import type { World } from './model.ts';
import { ROOT } from './world.ts';

/** What OSSEC's source needs on Debian beside what is there. */
const BUILD_PACKAGES = 'gcc make libc6-dev libmagic-dev libpcre2-dev libssl-dev libsystemd-dev zlib1g-dev';

export interface Ossec {
  readonly isReal: boolean;
  /** The keys of the fleet file's `ossec`, of the frozen tarball; none of the stand-in, which needs none. */
  readonly keys: readonly string[];
  /** For builds without bake. */
  readonly tarball: string;
  readonly buildPackages: string;
}

/** Freezes the real one for the fleet in `folder`, which then has its lock. */
export async function ossecFor(world: World, folder: string): Promise<Ossec> {
  const tarball = process.env.BAKE_OSSEC_TARBALL ?? '';
  if (tarball === '') {
    const { path } = await standIn(openCache(cacheFolder(process.env)));
    return { isReal: false, keys: [], tarball: path, buildPackages: '' };
  }
  const program = join(await world.packaged(), 'bin', 'bake.js');
  await writeFile(join(folder, 'bake.yaml'), 'fleet: frozen\nregion: eu-central-1\n');
  const { stdout } = await execa('node', [program, 'ossec', 'freeze', tarball, '--json'], {
    cwd: folder,
    preferLocal: true,
    localDir: ROOT,
  });
  const events = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  const frozen = events.find(({ type }) => type === 'result')?.value as { tarball: string; sha256: string };
  const keys = [`tarball: ${frozen.tarball}`, `sha256: ${frozen.sha256}`];
  return { isReal: true, keys, tarball, buildPackages: BUILD_PACKAGES };
}
