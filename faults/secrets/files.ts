/** Files that were written since a moment. */

import { randomUUID } from 'node:crypto';
import { access, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { formsOf } from './canaries.ts';

export interface Since {
  /** Files below `folders` that have changed since, and in which there is one of `hearts`. */
  readonly filesWith: (hearts: readonly string[], folders: readonly string[]) => Promise<string[]>;
}

/** File systems take the time in steps; what is written within one would not be later. */
const TICK_MILLISECONDS = 20;

/** Whatever is written from now on. `leaveOut`: folders that are looked at in another way. */
export async function sinceNow(leaveOut: readonly string[] = []): Promise<Since & AsyncDisposable> {
  const mark = join(tmpdir(), `faults-mark-${randomUUID()}`);
  await writeFile(mark, '');
  await sleep(TICK_MILLISECONDS);
  return {
    filesWith: async (hearts, folders) => {
      const there = (await Promise.all(folders.map(whereThere))).flat();
      const pruned = leaveOut.flatMap((path) => ['-path', path, '-prune', '-o']);
      const wanted = ['-type', 'f', '-cnewer', mark, '-print0'];
      // Another program's files may go away meanwhile.
      const found = await execa('find', [...there, '-xdev', ...pruned, ...wanted], { reject: false });
      return filesWith(found.stdout, hearts);
    },
    [Symbol.asyncDispose]: () => rm(mark, { force: true }),
  };
}

function whereThere(path: string): Promise<string[]> {
  return access(path).then(
    () => [path],
    () => [],
  );
}

/** `files`: with NUL after each. What is sought comes from a file of our own, and not in arguments. */
async function filesWith(files: string, hearts: readonly string[]): Promise<string[]> {
  const patterns = join(tmpdir(), `faults-sought-${randomUUID()}`);
  await writeFile(patterns, formsOf(hearts).join('\n'), { mode: 0o600 });
  const options = ['--files-with-matches', '--fixed-strings', '--text', `--file=${patterns}`, '--'];
  try {
    const { stdout } = await execa('xargs', ['-0', '--no-run-if-empty', 'grep', ...options], {
      ...{ input: files, reject: false },
    });
    return stdout.split('\n').filter((file) => file !== '');
  } finally {
    await rm(patterns);
  }
}
