/** What runs in a folder, whoever its parent is by now. */

import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Programs whose working folder is `folder` or below it. */
export async function livingIn(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const at = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      if (at !== folder && !at.startsWith(`${folder}/`)) return [];
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return command === '' ? [] : [command.replaceAll('\0', ' ').slice(0, 80)];
    }),
  );
  return found.flat();
}

/** Those that still run when the time is over. */
export async function untilNothingLives(folder: string, seconds: number): Promise<string[]> {
  for (const end = Date.now() + seconds * 1000; ; await sleep(100)) {
    const living = await livingIn(folder);
    if (living.length === 0 || Date.now() > end) return living;
  }
}
