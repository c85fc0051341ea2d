/** What an engine that crashed left mounted. */

import { readFile } from 'node:fs/promises';
import { run } from '../run.ts';

/** Takes away every mount in `folder` and on it, the newest first. */
export async function unmountAll(folder: string): Promise<void> {
  for (const point of mountPointsIn(await readFile('/proc/self/mountinfo', 'utf8'), folder)) {
    await run('umount', ['--lazy', point]);
  }
}

/** Pure. `mountinfo`: as in proc(5), in the order of mounting. */
export function mountPointsIn(mountinfo: string, folder: string): string[] {
  return mountinfo
    .split('\n')
    .map((line) => unescaped(line.split(' ')[4] ?? ''))
    .filter((point) => point === folder || point.startsWith(`${folder}/`))
    .reverse();
}

/** The kernel writes spaces and the like as octal numbers. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)));
}
