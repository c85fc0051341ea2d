/** `npm run check`: everything that can be said about the code without running it. All findings at once. */

import { glob, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { openCheckTools } from './check-tools.ts';
import { shellScripts } from './shell-scripts.ts';

const ROOT = join(import.meta.dirname, '..');

interface Check {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
}

async function checks(workspaces: string): Promise<Check[]> {
  const { shellcheck, packer } = await openCheckTools();
  const hcl = await files('{bench,packer,test/cases}/**/*.pkr.hcl');
  return [
    { name: 'types', command: ['tsc'] },
    { name: 'lint and format', command: ['biome', 'ci', '--colors=off'] },
    { name: 'shellcheck', command: [shellcheck, '-x', '-S', 'style', ...(await shellScripts(ROOT))] },
    {
      name: 'shellcheck of what is rendered',
      command: [shellcheck, '-S', 'style', ...(await files(`${workspaces}/**/*.sh`))],
    },
    { name: 'packer fmt', command: [packer, 'fmt', '-check', '-diff', ...hcl] },
    {
      name: 'packer fmt of what is rendered',
      command: [packer, 'fmt', '-check', '-diff', '-recursive', workspaces],
    },
    { name: 'bake.schema.json is current', command: ['node', 'scripts/write-schema.ts', '--check'] },
    {
      name: 'the pure rooms are pure',
      command: ['node', '--test', '--test-reporter=dot', 'test/purity.test.ts'],
    },
  ];
}

async function files(pattern: string): Promise<string[]> {
  return (await Array.fromAsync(glob(pattern, { cwd: ROOT }))).sort();
}

/** True where it passed. Its output is shown only where it did not. */
async function passes({ name, command: [program, ...args] }: Check): Promise<boolean> {
  const startedAt = Date.now();
  const result = await execa(program, args, {
    cwd: ROOT,
    preferLocal: true,
    reject: false,
    all: true,
    stdin: 'ignore',
  });
  const passed = result.exitCode === 0;
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${passed ? '✔' : '✖'} ${name} (${seconds} s)\n`);
  if (!passed)
    process.stdout.write(`${result.all ?? ''}\n${result.exitCode === undefined ? result.message : ''}\n`);
  return passed;
}

const workspaces = await mkdtemp(join(tmpdir(), 'bake-check-'));
try {
  await execa('node', ['bin/bake.js', 'render', '--all', '--out', workspaces], {
    cwd: ROOT,
    preferLocal: true,
  });
  let failed = 0;
  for (const check of await checks(workspaces)) if (!(await passes(check))) failed += 1;
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  await rm(workspaces, { recursive: true });
}
