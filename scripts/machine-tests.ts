/**
 * `npm run test:machine [-- FILE…]`: the tests that need root, a Docker engine and Packer, on a rehearsal of
 * their own that is started before and is gone afterwards.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';

const ROOT = join(import.meta.dirname, '..');
/** Files at a time. Much of a test is waiting for a machine to boot, so two cores have time for a third. */
const CONCURRENCY = 3;

const state = await mkdtemp(join(tmpdir(), 'bake-tests-'));
const environment = { ...process.env, BAKE_REHEARSAL: state };

// Whoever ends this ends the tests; the rehearsal still has to go.
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort());

const options = {
  cwd: ROOT,
  preferLocal: true,
  env: environment,
  stdio: 'inherit',
  reject: false,
} as const;

function bake(...args: string[]) {
  return execa('node', ['bin/bake.js', ...args], options);
}

try {
  const up = await bake('rehearse', 'up', '--yes');
  if (up.exitCode === 0) {
    const named = process.argv.slice(2);
    const files = named.length > 0 ? named : ['test/**/*.machine.test.ts'];
    const tests = await execa('node', ['--test', `--test-concurrency=${CONCURRENCY}`, ...files], {
      ...options,
      cancelSignal: ending.signal,
    });
    process.exitCode = tests.exitCode ?? 1;
  } else process.exitCode = up.exitCode ?? 1;
} finally {
  await bake('rehearse', 'down');
  await rm(state, { recursive: true, force: true });
}
