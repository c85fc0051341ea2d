/** What is in the disks and settings of images that were baked in a rehearsal. */

import { join } from 'node:path';
import { execa } from 'execa';
import { imageReference } from '../../rehearsal/src/machines/docker.ts';
import { readConfig } from '../../rehearsal/src/server/config.ts';
import { type Canaries, carries, formsOf } from './canaries.ts';

type Sought = Pick<Canaries, 'hearts' | 'hook'>;
type Docker = (...args: readonly string[]) => Promise<string>;

/** Where in the images there is a secret. Each is one layer above its source, so its files are all that it has. */
export async function imagesWith(
  state: string,
  imageIds: readonly string[],
  sought: Sought,
): Promise<string[]> {
  const { docker, name } = await readConfig(join(state, 'server-config.json'));
  const run: Docker = async (...args) => {
    // grep finds nothing with 1, and says with 2 that a file went away.
    const { stdout, stderr, exitCode } = await execa(docker.command, ['--host', docker.host, ...args], {
      reject: false,
    });
    if (exitCode === undefined || exitCode > 2) throw new Error(`docker ${args[0]}: ${stderr}`);
    return stdout;
  };
  const found: string[] = [];
  for (const id of imageIds) {
    const places = await inOne(run, imageReference(name, id), sought);
    found.push(...places.map((place) => `${place}, of the image ${id}`));
  }
  return found;
}

/** A hook that was asked into the image may be in files that only root can read. */
async function inOne(run: Docker, image: string, { hearts, hook }: Sought): Promise<string[]> {
  const inside = (program: string, ...args: readonly string[]) =>
    run('run', '--rm', '--network', 'none', '--entrypoint', program, image, ...args);
  const settings = [await run('image', 'inspect', image), await run('history', '--no-trunc', image)];
  const kernel = ['proc', 'sys', 'dev'].map((folder) => `--exclude-dir=${folder}`);
  const patterns = formsOf(hearts).flatMap((form) => ['-e', form]);
  const files = (await inside('/bin/grep', '-rlaF', ...kernel, ...patterns, '/')).split('\n');
  const others = hearts.filter((heart) => heart !== hook);
  const found = carries(settings.join('\n'), hearts) ? ['in the settings'] : [];
  for (const file of files.filter((name) => name !== '')) {
    if (carries(await inside('/bin/cat', file), others)) found.push(`in ${file}`);
    const mode = (await inside('/bin/stat', '-c', '%a', file)).trim();
    if (!mode.endsWith('00')) found.push(`readable by others than root (${mode}), in ${file}`);
  }
  return found;
}
