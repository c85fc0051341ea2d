import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fleetOf, MARK, roleName } from '../fleets.ts';
import type { Measured, Row, World } from '../model.ts';
import { packerOf, runAlone } from '../packer-alone.ts';
import { done } from '../world.ts';

const PERCENT = 3;
const SECONDS = 2;
/** Turns, in which either goes first. */
const TURNS = 4;

export const overhead: Row = {
  name: 'overhead',
  what: "bake's own overhead on one image, over Packer alone with the same provisioners",
  goal: `≤ ${PERCENT} % and ≤ ${SECONDS} s`,
  measure,
};

async function measure(world: World): Promise<Measured> {
  const { bake } = await world.rehearsal();
  const folder = join(world.scratch, 'overhead');
  await mkdir(folder);
  await writeFile(join(folder, 'bake.yaml'), fleetOf('overhead', 1));
  await writeFile(join(folder, 'mark.sh'), MARK);
  const whole = () => bake(['--role', roleName(1), '--flat', '--force', '--no-verify'], folder);
  // The first bake also compiles and prepares what is kept; it only shows how Packer is started.
  const { command, result } = await packerOf(whole());
  done(result);
  const privateFolder = await mkdtemp(join(folder, 'private-'));

  const bakes: number[] = [];
  const alone: number[] = [];
  const turn = [
    async () => bakes.push(done(await whole()).seconds),
    async () => alone.push(await runAlone(command, `alone-${alone.length}`, privateFolder)),
  ];
  for (let index = 0; index < TURNS; index += 1) {
    for (const act of index % 2 === 0 ? turn : turn.toReversed()) await act();
    world.say(`  bake ${bakes.at(-1)?.toFixed(1)} s, Packer alone ${alone.at(-1)?.toFixed(1)} s`);
  }
  const [withBake, without] = [Math.min(...bakes), Math.min(...alone)];
  const over = withBake - without;
  const percent = (over / without) * 100;
  return {
    figure: `${over.toFixed(2)} s, ${percent.toFixed(1)} % (${withBake.toFixed(1)} s with bake, ${without.toFixed(1)} s without)`,
    met: over <= SECONDS && percent <= PERCENT,
    note: `The fastest of ${TURNS} turns each. Alone is the very Packer command that bake has run, with its rendered files and environment.`,
    numbers: { bakeSeconds: withBake, packerSeconds: without },
  };
}
