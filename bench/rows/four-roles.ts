import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { cacheFolder } from '../../src/world/cache.ts';
import type { Event } from '../../test/support/own-rehearsal.ts';
import { ansibleEnvironment } from '../ansible.ts';
import { buildFlat, played } from '../flat-builds.ts';
import type { Measured, Row, World } from '../model.ts';
import { type Ossec, ossecFor } from '../ossec.ts';
import { done, lengthOf, ROOT } from '../world.ts';

const ROLES = ['web', 'worker', 'proxy', 'cache'];
const GOAL = 2.5;
/** Where compiled trees of OSSEC are kept: without them, nothing is. */
const TREES = /^ossec-tree/;

export const fourRoles: Row = {
  name: 'four-roles',
  what: 'four roles from nothing with the real OSSEC, against four flat Packer builds side by side',
  goal: `≥ ${GOAL} times faster; OSSEC compiled exactly once`,
  needsOssec: true,
  measure,
};

async function measure(world: World): Promise<Measured> {
  const { bake } = await world.rehearsal();
  const folder = join(world.scratch, 'four');
  await mkdir(folder);
  const ossec = await ossecFor(world, folder);
  await writeFleet(folder, ossec);
  const environment = { BAKE_CACHE: await cacheWithoutTrees(world) };
  const all = done(
    await bake(['--all', '--no-verify', '--concurrency', String(ROLES.length)], folder, environment),
  );
  const compiled = all.events.filter(hasCompiled).length;
  const builds = ROLES.map((file) => ({ file, variables: {} }));
  const atOnce = { concurrency: ROLES.length, ossec };
  const flat = await buildFlat(world, builds, atOnce);
  const ansible = await buildFlat(world, builds.map(played), {
    ...atOnce,
    environment: await ansibleEnvironment(world),
  });
  // What nothing that compiles and bakes can be faster than: one of the four, with the machine to itself.
  const one = await buildFlat(world, builds.slice(0, 1), atOnce);
  const ratio = flat / all.seconds;
  return {
    figure: `${ratio.toFixed(2)} times (${all.seconds.toFixed(0)} s, ${flat.toFixed(0)} s flat, ${ansible.toFixed(0)} s with Ansible); compiled ${compiled} times`,
    met: ratio >= GOAL && compiled === 1,
    note: `Both begin with Packer, its plugin and the source image at hand. The flat builds take no baseline, configure no rules and seal nothing. The floor: one flat build alone takes ${one.toFixed(0)} s, so that nothing which compiles OSSEC once could be more than ${(flat / one).toFixed(1)} times faster than four at once here; with bake, base takes ${lengthOf(all.events, 'base').toFixed(0)} s of that time.`,
    numbers: { seconds: all.seconds, flatSeconds: flat, ansibleSeconds: ansible, oneSeconds: one, compiled },
  };
}

/** What a builder says that has not been lent a compiled tree. */
function hasCompiled({ type, text }: Event): boolean {
  return type === 'image.output' && /^installed OSSEC .*, off$/.test(String(text));
}

/** The example fleet with two more roles, and this OSSEC. */
async function writeFleet(folder: string, { keys }: Ossec): Promise<void> {
  for (const path of ['files', 'keys', 'roles'])
    await cp(join(ROOT, path), join(folder, path), { recursive: true });
  const example = await readFile(join(ROOT, 'bake.yaml'), 'utf8');
  const more = await readFile(join(import.meta.dirname, '..', 'cases', 'two-more-roles.yaml'), 'utf8');
  const text = example
    .replace('fleet: example', 'fleet: four')
    .replace('\nossec:\n', ['\nossec:', ...keys.map((key) => `  ${key}`), ''].join('\n'));
  await writeFile(join(folder, 'bake.yaml'), text + more);
}

/** The same programs and source images as usual, linked, and no compiled OSSEC. */
async function cacheWithoutTrees({ scratch }: World): Promise<string> {
  const [from, to] = [cacheFolder(process.env), join(scratch, 'cache')];
  await mkdir(to);
  for (const name of await readdir(from)) {
    if (!TREES.test(name)) await execa('cp', ['--archive', '--link', join(from, name), join(to, name)]);
  }
  return to;
}
