/** Packer for tests: the machine's own, or the one that bake builds and keeps. */

import process from 'node:process';
import { ensureTools, type PackerTools } from '../../src/packer/tools.ts';
import { cacheFolder, openCache } from '../../src/world/cache.ts';

export function testTools(): Promise<PackerTools> {
  return ensureTools({
    cache: openCache(cacheFolder(process.env)),
    environment: process.env,
    emit: () => {},
  });
}
