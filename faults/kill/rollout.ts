/** A rollout of a group of two, moved from one image to the next, without and with a guard. */

import type { World } from '../model.ts';
import { openRolled } from '../rolled.ts';
import type { Scene, Swept } from './model.ts';

const REGION = 'eu-west-3';
const GUARDED_REGION = 'sa-east-1';

/** An alarm that bake makes before the refresh, and takes away after it. */
const GUARD = ', guard: { namespace: Web, metric: Errors, above: 5 }';

export const rollout: Swept = {
  name: 'rollout',
  what: 'a rollout of a group of two, over imagined machines; then the rollout again',
  open: (world) => open(world, REGION, ''),
};

export const guardedRollout: Swept = {
  name: 'guarded-rollout',
  what: 'the same rollout with a `guard`, whose alarm has to be gone after the next one',
  open: (world) => open(world, GUARDED_REGION, GUARD),
};

async function open(world: World, region: string, settings: string): Promise<Scene> {
  const { command, start, ...scene } = await openRolled(world, region);
  return { ...scene, reset: () => scene.reset(settings), start: () => start(command()) };
}
