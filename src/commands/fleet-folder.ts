/** Where the fleet file is; apart from its flags, which every start loads. */

import { dirname, resolve } from 'node:path';
import type { Context } from '../context.ts';

/** The folder that the fleet file is in: its own paths, and bake's `.bake`, start there. */
export function fleetFolderOf({ workingFolder }: Pick<Context, 'workingFolder'>, file: string): string {
  return dirname(resolve(workingFolder, file));
}
