import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ansibleEnvironment } from '../ansible.ts';
import { buildFlat, played } from '../flat-builds.ts';
import { fleetOf, MARK } from '../fleets.ts';
import type { Measured, Row, World } from '../model.ts';
import { ossecFor } from '../ossec.ts';
import { done } from '../world.ts';

const ROLES = 12;
const CHANGED = 7;
const AT_ONCE = 4;
const GOAL = 8;

export const oneOfTwelve: Row = {
  name: 'one-of-twelve',
  what: `one role changed out of ${ROLES}, against ${ROLES} flat Packer builds, ${AT_ONCE} at a time`,
  goal: `≥ ${GOAL} times faster`,
  measure,
};

async function measure(world: World): Promise<Measured> {
  const { bake } = await world.rehearsal();
  const folder = join(world.scratch, 'twelve');
  await mkdir(folder);
  const ossec = await ossecFor(world, folder);
  const fleet = (change: { readonly changed?: number }) =>
    writeFile(join(folder, 'bake.yaml'), fleetOf('twelve', ROLES, { ...change, ossec: ossec.keys }));
  await writeFile(join(folder, 'mark.sh'), MARK);
  await fleet({});
  const all = ['--all', '--no-verify', '--concurrency', String(AT_ONCE)];
  const first = done(await bake(all, folder));
  world.say(`  all ${ROLES} and their base with bake: ${first.seconds.toFixed(0)} s`);
  await fleet({ changed: CHANGED });
  const again = done(await bake(all, folder));
  const baked = again.events.filter(({ type, outcome }) => type === 'image.finished' && isBaked(outcome));
  if (baked.length !== 1) throw new Error(`${baked.length} images were baked instead of the changed one`);

  const builds = Array.from({ length: ROLES }, (_, index) => ({
    file: 'numbered',
    variables: { number: String(index + 1) },
  }));
  const atOnce = { concurrency: AT_ONCE, ossec };
  const flat = await buildFlat(world, builds, atOnce);
  const ansible = await buildFlat(world, builds.map(played), {
    ...atOnce,
    environment: await ansibleEnvironment(world),
  });
  const ratio = flat / again.seconds;
  return {
    figure: `${ratio.toFixed(1)} times (${again.seconds.toFixed(0)} s, ${flat.toFixed(0)} s flat, ${ansible.toFixed(0)} s with Ansible)`,
    met: ratio >= GOAL,
    note: `${
      ossec.isReal
        ? `With the real OSSEC, which flat builds compile ${ROLES} times.`
        : `Both with the stand-in for OSSEC, which compiles nothing; with the real one, flat builds compile ${ROLES} times, and a changed role never.`
    } With bake, all ${ROLES} and their base took ${first.seconds.toFixed(0)} s.`,
    numbers: {
      changedSeconds: again.seconds,
      flatSeconds: flat,
      ansibleSeconds: ansible,
      allSeconds: first.seconds,
    },
  };
}

function isBaked(outcome: unknown): boolean {
  return (outcome as { kind: string }).kind === 'baked';
}
