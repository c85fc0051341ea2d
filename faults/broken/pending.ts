/** An image that stays pending, until bake gives up or somebody does. */

import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { endOf, startBake } from '../../test/support/own-rehearsal.ts';
import type { Case, World } from '../model.ts';
import { onceIn } from '../once.ts';
import { BAKE } from '../small-fleet.ts';
import { untilOrEnded } from '../until.ts';
import { inBrokenWorld, sceneOf } from './scene.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const NEVER = [{ action: 'ec2:CreateImage', effect: { kind: 'delay', milliseconds: 6 * 3_600_000 } }];

/** How often Packer asks, in two seconds each: an hour. */
const PATIENCE = 'max_attempts = 1800';
const SHORTER = 'max_attempts = 10';

/** A bake that is as it is, but for Packer's patience: what it starts, and its rehearsal's code, are this clone's. */
const impatientBake = onceIn(async ({ scratch }: World) => {
  const folder = join(scratch, 'impatient');
  const parts = [
    'bin',
    'src',
    'packer',
    'templates',
    'provisioners',
    'documents',
    'package.json',
    'package-lock.json',
  ];
  for (const part of parts) await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await symlink(join(ROOT, 'rehearsal'), join(folder, 'rehearsal'));
  const template = join(folder, 'templates', 'builder.mustache');
  const text = await readFile(template, 'utf8');
  if (!text.includes(PATIENCE)) throw new Error(`${template} has no ${PATIENCE} any more`);
  await writeFile(template, text.replace(PATIENCE, SHORTER));
  return join(folder, 'bin', 'bake.js');
});

const pendingImage: Case = {
  name: 'pending-image',
  what: 'an image stays pending: until Packer gives up, after 20 s in the place of an hour, or until somebody interrupts bake',
  trials: async () => ['until Packer gives up', 'until somebody interrupts bake'],
  attempt: async (world, trial) => {
    const scene = await sceneOf(world, 'pending-image');
    await scene.write();
    const { folder, control } = scene;
    const isInterrupted = trial !== 'until Packer gives up';
    const program = await impatientBake(world);
    const right = isInterrupted
      ? { exitCodes: [130] }
      : { exitCodes: [1], says: /did not become available in time/ };
    return inBrokenWorld(scene, {
      right,
      run: async () => {
        await control('PUT', 'faults', NEVER);
        const child = isInterrupted
          ? scene.start(BAKE)
          : startBake(program, [...BAKE, '--rehearse', '--yes'], { folder, environment: world.environment });
        const ending = endOf(child);
        if (isInterrupted) {
          const isPending = async () => (await scene.images()).some(({ State }) => State === 'pending');
          if (await untilOrEnded(ending, isPending)) process.kill(-(child.pid ?? 0), 'SIGINT');
        }
        return ending;
      },
    });
  },
};

export const pending: readonly Case[] = [pendingImage];
