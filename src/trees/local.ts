/**
 * Compiled trees that this machine keeps, checked by digest at every use:
 *
 *     content/SHA256                      a tree's archive
 *     index/TARBALL/RECIPE/PLATFORM       the digest of the tree for it
 *     sources/AMI                         the platform of builders that start from it
 */

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Emit } from '../events.ts';
import { digestOf } from '../world/artifacts.ts';
import { refuseOthersWriting } from '../world/cache.ts';
import { withLock } from '../world/lock.ts';
import { PLATFORM, type TreeKey, type Trees } from './model.ts';

export interface LocalTrees {
  /** The trees of `key` that are whole. */
  find(key: TreeKey): Promise<Trees>;
  /** Where the archive with this digest lies. */
  path(sha256: string): string;
  /** Keeps an archive and returns its digest. */
  keep(key: TreeKey, platform: string, archive: Uint8Array): Promise<string>;
  /** The platform of builders that start from an AMI, where one has run before. */
  platformOf(ami: string): Promise<string | undefined>;
  learn(ami: string, platform: string): Promise<void>;
  /** Runs `work` while nobody else on this machine compiles this tarball. */
  alone<T>(key: TreeKey, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** The trees in `folder`, which is made where it is missing. */
export function openLocalTrees(folder: string, emit: Emit): LocalTrees {
  const index = (key: TreeKey) => join(folder, 'index', key.tarball, key.recipe);
  const content = (sha256: string) => join(folder, 'content', sha256);
  return {
    find: async (key) => {
      const found = new Map<string, string>();
      for (const platform of await namesIn(index(key))) {
        const sha256 = await textIn(join(index(key), platform));
        if ((await digestOf(content(sha256))) === sha256) found.set(platform, sha256);
        else await forget(platform, join(index(key), platform), content(sha256), emit);
      }
      return found;
    },
    path: content,
    keep: async (key, platform, archive) => {
      const sha256 = createHash('sha256').update(archive).digest('hex');
      await place(content(sha256), archive);
      await place(join(index(key), platform), `${sha256}\n`);
      return sha256;
    },
    platformOf: async (ami) => {
      const platform = await textIn(join(folder, 'sources', ami)).catch(() => '');
      return PLATFORM.test(platform) ? platform : undefined;
    },
    learn: (ami, platform) => place(join(folder, 'sources', ami), `${platform}\n`),
    alone: async (key, signal, work) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await refuseOthersWriting(folder);
      const onWait = () =>
        emit({ type: 'notice', level: 'info', text: 'waiting for another builder that compiles OSSEC' });
      return withLock(join(folder, `lock-${key.tarball.slice(0, 16)}`), { onWait, signal }, work);
    },
  };
}

async function forget(platform: string, entry: string, content: string, emit: Emit): Promise<void> {
  emit({
    type: 'notice',
    level: 'warning',
    text: `the compiled tree for ${platform} in ${content} is not what was kept there: it is not used`,
  });
  await rm(entry, { force: true });
  await rm(content, { force: true });
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => PLATFORM.test(name) && !name.endsWith(PARTIAL)).sort();
}

async function textIn(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).trim();
}

const PARTIAL = '.part';

/** In one move: a reader finds the old file or the new one. */
async function place(path: string, content: string | Uint8Array): Promise<void> {
  const partial = `${path}.${process.pid}${PARTIAL}`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeFile(partial, content);
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}
