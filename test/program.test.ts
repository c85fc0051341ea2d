/** What the command line says of itself, run as a process with what a user might type. */

import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import type { Command } from 'commander';
import { execa } from 'execa';
import { program } from '../src/program.ts';

const ROOT = join(import.meta.dirname, '..');

function bake(...args: string[]) {
  return execa(process.execPath, ['src/cli.ts', ...args], {
    cwd: ROOT,
    reject: false,
    stdin: 'ignore',
    all: true,
    env: { CI: 'true', COLUMNS: '80' },
  });
}

describe('a misspelt command or flag runs nothing and says what may have been meant', () => {
  const cases: ReadonlyArray<readonly [typed: string, meant: string]> = [
    ['biuld', 'build'],
    ['rendr --role web', 'render'],
    ['--rehearse doktor', 'doctor'],
    ['rehearse dwn', 'down'],
    ['build --rehersal', '--rehearse'],
    ['web', 'bake --role web'],
    ['build web', '--role web'],
    ['--role wbe', 'web'],
  ];
  for (const [typed, meant] of cases) {
    test(`bake ${typed}`, async () => {
      const { exitCode, stderr, stdout } = await bake(...typed.split(' '));
      assert.equal(exitCode, 2);
      assert.equal(stdout, '');
      assert.match(stderr, new RegExp(`did you mean ${meant}\\?`, 'i'));
    });
  }
});

describe('help', () => {
  for (const { path, command } of commandsBelow(program(async () => {}))) {
    test(`${path} --help has an example and fits 80 columns`, () => {
      const help = helpOf(command);
      const own = path === 'bake build' ? 'bake --role' : path;
      assert.match(help, new RegExp(`\nExamples?:\n  ${own} `.trimEnd()));
      assert.deepEqual(
        help.split('\n').filter((line) => line.length > 80),
        [],
      );
    });
  }

  test('is printed with exit code 0', async () => {
    const { exitCode, stdout } = await bake('rehearse', 'up', '--help');
    assert.equal(exitCode, 0);
    assert.match(stdout, /^Usage: bake rehearse up /);
  });
});

interface NamedCommand {
  /** `bake rehearse up` */
  readonly path: string;
  readonly command: Command;
}

function commandsBelow(command: Command, path = command.name()): NamedCommand[] {
  const below = command.commands.flatMap((sub) => commandsBelow(sub, `${path} ${sub.name()}`));
  return [{ path, command }, ...below];
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 80 });
  command.outputHelp();
  return text;
}

describe('render --out', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bake-out-'));
  });
  after(() => rm(folder, { recursive: true }));

  test('a reader that goes away is no failure', async () => {
    const script = '"$0" src/cli.ts render --all --out "$1" | true; exit "${PIPESTATUS[0]}"';
    const { exitCode, all } = await execa('bash', ['-c', script, process.execPath, folder], {
      cwd: ROOT,
      reject: false,
      all: true,
    });
    assert.equal(`${exitCode} ${all}`, '0 ');
  });

  test('a folder with something else in it is left alone; an earlier rendering is replaced', async () => {
    await writeFile(join(folder, 'web', 'old.txt'), '');
    const { exitCode } = await bake('render', '--role', 'web', '--out', folder);
    assert.equal(exitCode, 0);
    assert.ok(!(await readdir(join(folder, 'web'))).includes('old.txt'));
    await rm(join(folder, 'web', 'image.pkr.hcl'));
    const refused = await bake('render', '--role', 'web', '--out', folder);
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /web has something else in it/);
    assert.ok((await readdir(join(folder, 'web'))).includes('steps'));
  });

  test('a folder that cannot be written is said as such', async () => {
    const { exitCode, stderr } = await bake('render', '--all', '--out', '/dev/null/x');
    assert.equal(exitCode, 2);
    assert.match(stderr, /\/dev\/null\/x\/\w+ cannot be written: ENOTDIR/);
  });
});
