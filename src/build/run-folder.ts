/** What names a run, and where it leaves its files. */

import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Sorts by time; the random part keeps two jobs that start together apart. */
export function newRunId(now: Date): string {
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${time}-${randomBytes(3).toString('hex')}`;
}

/** `.bake/runs/RUN` beside the fleet file; git ignores `.bake`. */
export async function makeRunFolder(fleetFolder: string, runId: string): Promise<string> {
  const folder = join(fleetFolder, '.bake', 'runs', runId);
  await mkdir(folder, { recursive: true });
  await writeFile(join(fleetFolder, '.bake', '.gitignore'), '*\n');
  return folder;
}
