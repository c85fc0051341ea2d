/** What the command line says of itself, run as a process with what a user might type. */

import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { execa } from 'execa';

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
  const commands = ['', 'build', 'render', 'doctor', 'ossec', 'ossec freeze'];
  const rehearse = ['rehearse', 'rehearse up', 'rehearse status'];
  for (const command of [...commands, ...rehearse]) {
    test(`bake ${command} --help has an example and fits 80 columns`, async () => {
      const { exitCode, stdout } = await bake(...command.split(' ').filter(Boolean), '--help');
      assert.equal(exitCode, 0);
      assert.match(
        stdout,
        new RegExp(`\nExamples?:\n  bake ${command === 'build' ? '--role web' : command}`),
      );
      assert.deepEqual(
        stdout.split('\n').filter((line) => line.length > 80),
        [],
      );
    });
  }
});

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
