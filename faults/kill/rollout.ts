/** A rollout of a group of two, moved from one image to the next. */

import { openRolled } from '../rolled.ts';
import type { Swept } from './model.ts';

const REGION = 'eu-west-3';

export const rollout: Swept = {
  name: 'rollout',
  what: 'a rollout of a group of two, over imagined machines; then the rollout again',
  open: async (world) => {
    const { command, start, ...scene } = await openRolled(world, REGION);
    return { ...scene, reset: () => scene.reset(), start: () => start(command()) };
  },
};
