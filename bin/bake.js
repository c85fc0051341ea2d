#!/usr/bin/env node
// Plain JavaScript that any Node can read, so that an old one gets a sentence instead of a syntax error.
import { readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `bake needs Node 22.18 or later, and this is ${process.version}.\n` +
      '  → in a clone, `npm ci` brings the right one and `npx bake` uses it\n',
  );
  process.exitCode = 3;
} else if (process.argv.length === 3 && ['--version', '-V'].includes(process.argv[2])) {
  // The same as without this, in a third of the time.
  const manifest = readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8');
  process.stdout.write(`${JSON.parse(manifest).version}\n`);
} else {
  nodeModule.enableCompileCache?.(join(cacheFolder(process.env), 'compiled'));
  await import('../src/cli.ts');
}

// As in src/world/cache.ts: Node's own place is below /tmp, where somebody else may have been first.
function cacheFolder({ BAKE_CACHE, XDG_CACHE_HOME, HOME }) {
  if (BAKE_CACHE) return resolve(BAKE_CACHE);
  return join(XDG_CACHE_HOME?.startsWith('/') ? XDG_CACHE_HOME : join(HOME || homedir(), '.cache'), 'bake');
}
