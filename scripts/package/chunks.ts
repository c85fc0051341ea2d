/**
 * Which code lies together. A file costs a start more than the code in it that isn't called, so what is always loaded
 * together is one file: all that a module imports at once is loaded whenever it is.
 */

import { join } from 'node:path';

/** Of the modules that rolldown knows; paths are absolute. */
export interface ModuleGraph {
  getModuleInfo(path: string): {
    readonly importedIds: readonly string[];
    readonly isEntry: boolean;
  } | null;
}

/** In this order: what an earlier one has, a later one lacks. */
const TOGETHER: ReadonlyArray<{ readonly name: string; readonly allOf: readonly string[] }> = [
  { name: 'start', allOf: ['src/cli.ts'] },
  { name: 'fleet', allOf: ['src/commands/load.ts'] },
  // What two clients share, all share.
  {
    name: 'sdk',
    allOf: ['client-ec2', 'client-sts'].map((name) => `node_modules/@aws-sdk/${name}/dist-es/index.js`),
  },
  { name: 'aws', allOf: ['src/world/aws.ts'] },
];

/** The name of a module's file; undefined where rolldown may choose. */
export function chunkNames(root: string): (path: string, graph: ModuleGraph) => string | undefined {
  let names: ReadonlyMap<string, string> | undefined;
  return (path, graph) => {
    names ??= allNames(root, graph);
    return names.get(path);
  };
}

function allNames(root: string, graph: ModuleGraph): Map<string, string> {
  const names = new Map<string, string>();
  for (const { name, allOf } of TOGETHER) {
    const [first = new Set<string>(), ...others] = allOf.map((path) => importedBy(join(root, path), graph));
    const shared = [...first].filter((path) => others.every((other) => other.has(path)));
    // A program awaits its end, so what it loads must not import it.
    const free = shared.filter((path) => !names.has(path) && graph.getModuleInfo(path)?.isEntry !== true);
    for (const path of free) names.set(path, name);
  }
  return names;
}

/** A module and all that is loaded before it runs. */
function importedBy(path: string, graph: ModuleGraph): Set<string> {
  const found = new Set<string>();
  const ahead = [path];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    const module = graph.getModuleInfo(next);
    if (module === null && next === path) throw new Error(`${path} is not bundled any more`);
    if (module === null || found.has(next)) continue;
    found.add(next);
    ahead.push(...module.importedIds);
  }
  return found;
}
