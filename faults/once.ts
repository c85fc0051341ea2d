/** What all trials of a world share. */

import type { World } from './model.ts';

/** Makes a value of a world when it is first asked for, and once for each name. */
export function onceIn<T>(
  make: (world: World, name: string) => Promise<T>,
): (world: World, name?: string) => Promise<T> {
  const worlds = new WeakMap<World, Map<string, Promise<T>>>();
  return (world, name = '') => {
    const made = worlds.get(world) ?? new Map<string, Promise<T>>();
    worlds.set(world, made);
    const one = made.get(name) ?? make(world, name);
    made.set(name, one);
    return one;
  };
}
