import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pMap from 'p-map';
import { fleetOf, MARK, roleName } from '../fleets.ts';
import type { Measured, Row, World } from '../model.ts';
import { type Command, packerOf, runAlone } from '../packer-alone.ts';
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
  const { command, result } = await packerOf(bake(['--role', roleName(1), '--force', '--no-verify'], folder));
  const one = done(result);
  const base = lengthOf(one.events, 'base');
  const alone = lengthOf(one.events, roleName(1));
  const all = done(await bake(['--all', '--force', '--no-verify', '--concurrency', String(AT_ONCE)], folder));
  const ideal = base + (ROLES / AT_ONCE) * alone;
  const ratio = all.seconds / ideal;
  const floor = (base + (ROLES / AT_ONCE) * (await packersAtOnce(folder, command))) / ideal;
  return {
    figure: `${ratio.toFixed(2)} (${all.seconds.toFixed(0)} s, ideal ${ideal.toFixed(0)} s)`,
    met: ratio <= GOAL,
    note: `Ideal is base (${base.toFixed(0)} s) and then ${ROLES / AT_ONCE} times a role that is baked alone on this machine (${alone.toFixed(0)} s): as if ${AT_ONCE} builders took nothing from each other, which share its processors here. The floor, ${AT_ONCE} times Packer alone side by side in the place of each round: ${floor.toFixed(2)}.`,
    numbers: { seconds: all.seconds, idealSeconds: ideal, floor, baseSeconds: base, roleSeconds: alone },
  };
}

/** What so many builders take of each other without bake: seconds of the slowest of them. */
async function packersAtOnce(folder: string, command: Command): Promise<number> {
  const lengths = await pMap(Array.from({ length: AT_ONCE }), async (_, index) =>
    runAlone(command, `makespan-alone-${index}`, await mkdtemp(join(folder, 'private-'))),
  );
  return Math.max(...lengths);
}
