/** This machine breaks: files, folders, the engine; or leads elsewhere. */

import { randomUUID } from 'node:crypto';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { cacheFolder } from '../../src/world/cache.ts';
import { git, standInClone } from '../../test/support/clone.ts';
import { setTrap } from '../../test/support/trap.ts';
import type { Case } from '../model.ts';
import { BAKE } from '../small-fleet.ts';
import { inBrokenWorld, sceneOf } from './scene.ts';

const flippedByte: Case = {
  name: 'flipped-byte',
  what: "one byte of OSSEC's tarball is another one",
  trials: async () => ['bake'],
  attempt: async (world) => {
    const scene = await sceneOf(world, 'flipped-byte');
    const clone = join(scene.folder, `clone-${randomUUID()}`);
    await standInClone(clone);
    // A tarball that no cache knows.
    await writeFile(join(clone, 'NOTE'), randomUUID());
    await git(clone, 'add', '--all');
    await git(clone, 'commit', '--quiet', '--message=unique');
    await scene.write();
    const frozen = await scene.bake(['ossec', 'freeze', clone, '--force'], scene.folder);
    const result = frozen.events.find(({ type }) => type === 'result');
    const { tarball, sha256 } = (result?.value ?? {}) as { tarball?: string; sha256?: string };
    await scene.write(`ossec: { tarball: ${tarball}, sha256: ${sha256} }\nroles: { web: {} }\n`);
    const file = join(scene.folder, tarball ?? '');
    const content = await readFile(file);
    content.writeUInt8(content.readUInt8(content.length >> 1) ^ 1, content.length >> 1);
    await writeFile(file, content);
    const right = { exitCodes: [1, 2], says: /its SHA-256 is/ };
    return inBrokenWorld(scene, { right, run: () => scene.bake(BAKE, scene.folder) });
  },
};

const fullCache: Case = {
  name: 'full-cache',
  what: 'the cache folder is a file system of 4 MB, or of 40 MB',
  sample: ['4 MB'],
  trials: async () => ['4 MB', '40 MB'],
  attempt: async (world, trial) => {
    const scene = await sceneOf(world, 'full-cache');
    await scene.write();
    const cache = join(scene.folder, 'cache');
    await mkdir(cache, { recursive: true });
    await execa('mount', ['-t', 'tmpfs', '-o', `mode=0755,size=${trial.replace(' MB', 'm')}`, 'none', cache]);
    return inBrokenWorld(scene, {
      right: { exitCodes: [1, 3], says: /disk is full|no space left/ },
      run: () => scene.bake(BAKE, scene.folder, { BAKE_CACHE: cache }),
      mend: () => execa('umount', [cache]),
    });
  },
};

const hostile: Case = {
  name: 'hostile-environment',
  what: 'every variable and file that leads calls to AWS elsewhere does so, around a rehearsed bake',
  trials: async () => ['bake'],
  attempt: async (world) => {
    const scene = await sceneOf(world, 'hostile-environment');
    await scene.write();
    await using trap = await setTrap();
    const environment = { ...trap.environment, BAKE_CACHE: cacheFolder(process.env) };
    const run = () => scene.bake(BAKE, scene.folder, environment);
    const verdict = await inBrokenWorld(scene, { right: { exitCodes: [0] }, run });
    const lost = [...verdict.lost, ...trap.caught().map((line) => `a call went elsewhere: ${line}`)];
    if (await isThere(trap.mark)) lost.push('a foreign credential_process was run');
    return { ...verdict, lost, survived: lost.length === 0 };
  },
};

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export const machine: readonly Case[] = [flippedByte, fullCache, hostile];
