/** Packer as bake starts it, without bake: the same program, arguments and environment, taken from the running one. */

import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

export interface Command {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
}

/** The `packer build` that runs while `work` does; its last argument is the folder with the rendered files. */
export async function packerOf<T>(
  work: Promise<T>,
): Promise<{ readonly command: Command; readonly result: T }> {
  const { command, result } = await packerDuring(work);
  if (command === undefined) throw new Error('no Packer ran');
  return { command, result };
}

/** The same; undefined where none runs. */
export async function packerDuring<T>(
  work: Promise<T>,
): Promise<{ readonly command: Command | undefined; readonly result: T }> {
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  over.catch(() => {});
  let command: Command | undefined;
  while (!isOver && command === undefined) {
    command = await findPacker();
    await sleep(50);
  }
  return { command, result: await over };
}

async function findPacker(): Promise<Command | undefined> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const args = await words(`/proc/${pid}/cmdline`);
    const folder = args.at(-1) ?? '';
    if (!args[0]?.endsWith('/packer') || args[1] !== 'build' || !folder.includes('bake-bench-')) continue;
    const entries = (await words(`/proc/${pid}/environ`)).map((line): [string, string] => {
      const end = line.indexOf('=');
      return [line.slice(0, end), line.slice(end + 1)];
    });
    return { args, environment: Object.fromEntries(entries), folder };
  }
  return undefined;
}

async function words(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\0').filter((word) => word !== '');
}

/** Runs it again, for an image of another name. @returns seconds */
export async function runAlone(
  { args, environment, folder }: Command,
  name: string,
  privateFolder: string,
): Promise<number> {
  const [program = '', ...others] = args.map((word) =>
    word.startsWith('ami_name=') ? `ami_name=${name}` : word,
  );
  const startedAt = performance.now();
  await execa(program, others, {
    cwd: folder,
    // What bake made for that run went with it.
    env: { ...environment, TMPDIR: privateFolder, PACKER_CACHE_DIR: privateFolder },
    extendEnv: false,
    stdin: 'ignore',
  });
  return (performance.now() - startedAt) / 1000;
}
