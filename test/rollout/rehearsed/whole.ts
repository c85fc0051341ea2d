/** Groups of four, and that they are as they should be in the end. */

import assert from 'node:assert/strict';
import { Rehearsed } from './world.ts';

export async function worldWith(groups: readonly string[] = ['web'], version = '1'): Promise<Rehearsed> {
  const world = new Rehearsed();
  for (const name of groups) await world.group(name, 4, version);
  return world;
}

export function assertWhole(world: Rehearsed, version: string, name = 'web'): void {
  const { configuration } = world.machineOf(name).machine;
  assert.equal(configuration.launchTemplate.version, version);
  assert.deepEqual(
    world.versionsOf(name),
    Array.from({ length: 4 }, () => version),
  );
  assert.deepEqual(world.orphans(), []);
}
