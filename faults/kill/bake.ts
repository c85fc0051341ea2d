/** A bake of one image, as small as one can be. */

import { after } from '../checks.ts';
import type { World } from '../model.ts';
import { BAKE, finished, finishedOf, openSmallFleet } from '../small-fleet.ts';
import { stockLost } from '../stock.ts';
import type { Scene, Swept } from './model.ts';

const REGION = 'eu-central-2';

export const bake: Swept = {
  name: 'bake',
  what: "a bake of one flat image without its proof, Packer's included; then `bake reap`, and after SIGKILL at a call that changes something the bake again",
  open,
};

async function open(world: World): Promise<Scene> {
  const fleet = await openSmallFleet(world, 'ended', REGION);
  const { folder, control, stock, images, removeImages, start, bake: run } = fleet;
  const undone = async () => {
    const { length } = finishedOf(await images());
    return length === 1 ? [] : [`there are ${length} finished images`];
  };
  const leftover = async (before: Awaited<ReturnType<typeof stock>>) =>
    stockLost(before, await stock(), finished(await images()));
  return {
    ...{ folder, control, stock, undone },
    reset: removeImages,
    start: () => start(BAKE),
    recover: async (before, isThorough) => {
      const lost = after('bake reap', await run(['reap', '--older-than', '1s'], folder));
      lost.push(...(await leftover(before)));
      if (!isThorough) return lost;
      lost.push(...after('the bake again', await run(BAKE, folder)));
      return [...lost, ...(await undone()), ...(await leftover(before))];
    },
  };
}
