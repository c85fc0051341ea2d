/** Programs on this machine. */

import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Daemons lie here, and are often not in an ordinary user's PATH. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** PATH with the folders of daemons and administrators' programs. */
export function wholePath(): string {
  return [process.env.PATH ?? '/usr/bin:/bin', ...SYSTEM_FOLDERS].join(delimiter);
}

/** The program's path; undefined where this machine has none of that name. */
export async function findProgram(name: string): Promise<string | undefined> {
  for (const folder of wholePath().split(delimiter)) {
    const path = join(folder, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}
