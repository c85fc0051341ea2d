import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fleetOf, MARK, roleName } from '../fleets.ts';
import type { Measured, Row, World } from '../model.ts';
import { done, lengthOf } from '../world.ts';

const ROLES = 12;
const AT_ONCE = 4;
const WAIT_SECONDS = 60;
const GOAL = 1.15;

export const makespan: Row = {
  name: 'makespan',
  what: `${ROLES} roles, ${AT_ONCE} at a time, ${WAIT_SECONDS} s of waiting in each`,
  goal: `≤ ${GOAL} times the ideal makespan`,
  measure,
};

async function measure(world: World): Promise<Measured> {
  const { bake } = await world.rehearsal();
  const folder = join(world.scratch, 'makespan');
  await mkdir(folder);
  await writeFile(join(folder, 'bake.yaml'), fleetOf('makespan', ROLES, { waitSeconds: WAIT_SECONDS }));
  await writeFile(join(folder, 'mark.sh'), MARK);
  // Base, and one role by itself: what a role takes where nothing stands in its way.
  done(await bake(['--role', roleName(1), '--no-verify'], folder));
  const one = done(await bake(['--role', roleName(1), '--force', '--no-verify'], folder));
  const base = lengthOf(one.events, 'base');
  const alone = lengthOf(one.events, roleName(1));
  const all = done(await bake(['--all', '--force', '--no-verify', '--concurrency', String(AT_ONCE)], folder));
  const ideal = base + (ROLES / AT_ONCE) * alone;
  const ratio = all.seconds / ideal;
  return {
    figure: `${ratio.toFixed(2)} (${all.seconds.toFixed(0)} s, ideal ${ideal.toFixed(0)} s)`,
    met: ratio <= GOAL,
    note: `Ideal is base (${base.toFixed(0)} s) and then ${ROLES / AT_ONCE} times a role that is baked alone on this machine (${alone.toFixed(0)} s): as if ${AT_ONCE} builders took nothing from each other, which share its processors here.`,
    numbers: { seconds: all.seconds, idealSeconds: ideal, baseSeconds: base, roleSeconds: alone },
  };
}
