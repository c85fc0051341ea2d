/**
 * Which versions of Packer and its amazon plugin a bake would use: an image's fingerprint depends on them.
 * Nothing is built for it, and Packer is not started where it was asked before.
 */

import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Environment } from '../context.ts';
import { cacheFolder } from '../world/cache.ts';
import { findProgram } from '../world/processes.ts';
import { findPacker, findPlugin } from './machine.ts';
import { readToolchain } from './toolchain.ts';
import { formatVersion } from './versions.ts';

export interface PackerVersions {
  /** Three numbers: `1.16.0`. */
  readonly packer: string;
  readonly amazonPlugin: string;
}

/** What a program on this machine has answered, for as long as it is the same program with the same plugins. */
const ANSWER = z.object({
  key: z.string(),
  pluginFolder: z.string(),
  pluginFolderKey: z.string(),
  packer: z.string(),
  amazonPlugin: z.string(),
});

type Answer = z.output<typeof ANSWER>;

/** May be wrong where a plugin was installed elsewhere since: what is baked with is asked once more. */
export async function toolVersions(environment: Environment): Promise<PackerVersions> {
  const toolchain = await readToolchain();
  const pinned = { packer: formatVersion(toolchain.packer), amazonPlugin: formatVersion(toolchain.plugin) };
  const path = await findProgram('packer', environment);
  if (path === undefined) return pinned;
  const file = join(cacheFolder(environment), 'packer-versions.json');
  const key = [
    path,
    await identity(path),
    environment.PACKER_PLUGIN_PATH,
    environment.PACKER_CONFIG_DIR,
  ].join('\n');
  const known = await readAnswer(file);
  if (known?.key === key && (await identity(known.pluginFolder)) === known.pluginFolderKey) {
    return { packer: known.packer, amazonPlugin: known.amazonPlugin };
  }
  const packer = await findPacker(environment);
  if (packer?.usable !== true) return pinned;
  const plugin = await findPlugin(packer.path, environment);
  if (plugin?.usable !== true) return { ...pinned, packer: formatVersion(packer.version) };
  const pluginFolder = join(plugin.folder, 'github.com', 'hashicorp', 'amazon');
  const versions = { packer: formatVersion(packer.version), amazonPlugin: formatVersion(plugin.version) };
  const pluginFolderKey = await identity(pluginFolder);
  await writeAnswer(file, { key, pluginFolder, pluginFolderKey, ...versions });
  return versions;
}

/** Changes when a program is replaced, or something in a folder is. */
async function identity(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? '' : [found.ino, found.size, found.mtimeMs].join(' ');
}

async function readAnswer(file: string): Promise<Answer | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  try {
    return ANSWER.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Without it the next command asks again. */
async function writeAnswer(file: string, answer: Answer): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    .then(() => writeFile(file, JSON.stringify(answer)))
    .catch(() => undefined);
}
