/** The Go module that pins the Packer and the amazon plugin that bake builds: `packer/toolchain/`. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { INSTALLATION } from '../world/assets.ts';
import type { CacheEntry } from '../world/cache.ts';
import { parseVersion, type Version } from './versions.ts';

export const PACKER_PACKAGE = 'github.com/hashicorp/packer';
export const PLUGIN_PACKAGE = 'github.com/hashicorp/packer-plugin-amazon';

/** Flags that decide what is built. */
export const BUILD_FLAGS = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w'];

export interface Toolchain {
  readonly folder: string;
  readonly packer: Version;
  readonly plugin: Version;
  /** The Go that the module asks for. */
  readonly go: Version;
  /** Changes with every pinned dependency. */
  readonly digest: string;
}

export async function readToolchain(): Promise<Toolchain> {
  const folder = join(INSTALLATION, 'packer', 'toolchain');
  const [module, sums] = await Promise.all(
    ['go.mod', 'go.sum'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  if (module === undefined || sums === undefined) throw new Error('unreachable');
  return {
    folder,
    packer: versionIn(module, `${PACKER_PACKAGE} `),
    plugin: versionIn(module, `${PLUGIN_PACKAGE} `),
    go: versionIn(module, '\ngo '),
    digest: createHash('sha256').update(module).update(sums).digest('hex'),
  };
}

function versionIn(module: string, before: string): Version {
  const version = parseVersion(module.slice(module.indexOf(before)).slice(before.length));
  if (version === undefined) throw new Error(`packer/toolchain/go.mod has no version after ${before.trim()}`);
  return version;
}

/** The cache's entries: what is built, from what. */
export function cacheKeys({
  digest,
}: Toolchain): Record<'packer' | 'plugin', Pick<CacheEntry, 'name' | 'key'>> {
  const key = [digest, ...BUILD_FLAGS, process.platform, process.arch].join('\n');
  return { packer: { name: 'packer', key }, plugin: { name: 'packer-plugin-amazon', key } };
}
