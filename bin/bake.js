#!/usr/bin/env node
// Plain JavaScript that any Node can read, so that an old one gets a sentence instead of a syntax error.
import * as nodeModule from 'node:module';
import process from 'node:process';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `bake needs Node 22.18 or later, and this is ${process.version}.\n` +
      '  → in a clone, `npm ci` brings the right one and `npx bake` uses it\n',
  );
  process.exitCode = 3;
} else {
  nodeModule.enableCompileCache?.();
  await import('../src/cli.ts');
}
