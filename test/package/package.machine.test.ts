/** The published package, packed and installed into an empty folder without a network, in place of a clone. */

import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { execa } from 'execa';
import { whyNoContainer } from '../support/engine.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const EXAMPLE = ['bake.yaml', 'bake.lock', 'files', 'keys', 'roles'];

let scratch: string;
let tarball: string;
let installed: string;
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'bake-package-'));
  tarball = await build('built');
  await mkdir(join(scratch, 'home', 'project'), { recursive: true });
  await writeFile(join(scratch, 'home', 'project', 'package.json'), '{"private":true}');
  for (const path of EXAMPLE)
    await cp(join(ROOT, path), join(scratch, 'home', 'project', path), { recursive: true });
  await run('npm', ['install', '--offline', '--cache', join(scratch, 'npm'), tarball]);
  installed = join(scratch, 'home', 'project', 'node_modules');
});
after(() => rm(scratch, { recursive: true, force: true }));

async function build(name: string): Promise<string> {
  const folder = join(scratch, name);
  await execa('node', [join(ROOT, 'scripts', 'build.ts'), folder], {
    preferLocal: true,
    localDir: ROOT,
    cwd: scratch,
  });
  const [file] = (await readdir(folder)).filter((entry) => entry.endsWith('.tgz'));
  assert.ok(file);
  return join(folder, file);
}

function run(program: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return execa(program, args, {
    cwd: join(scratch, 'home', 'project'),
    env: { ...environment, CI: 'true' },
    preferLocal: true,
    localDir: ROOT,
    stdin: 'ignore',
    all: true,
  });
}

function bake(args: readonly string[], environment?: Readonly<Record<string, string>>) {
  return run(join(installed, '.bin', 'bake'), args, environment);
}

async function filesBelow(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = paths.sort().map(async (path): Promise<[string, string]> => {
    return [path.slice(folder.length), await readFile(path, 'latin1')];
  });
  return new Map(await Promise.all(files));
}

test('two builds give the same bytes', async () => {
  assert.ok((await readFile(tarball)).equals(await readFile(await build('again'))));
});

test('it is one package with the command `bake`, without dependencies and without TypeScript', async () => {
  assert.deepEqual((await readdir(installed)).sort(), ['.bin', '.package-lock.json', '@bake-ami']);
  assert.deepEqual(await readdir(join(installed, '.bin')), ['bake']);
  const files = [...(await filesBelow(join(installed, '@bake-ami'))).keys()];
  assert.deepEqual(
    files.filter((path) => /\.ts$|node_modules|\.test\./.test(path)),
    [],
  );
});

test('nothing in it says where it was built', async () => {
  for (const [path, text] of await filesBelow(join(installed, '@bake-ami')))
    assert.ok(!text.includes(ROOT) && !text.includes(scratch), path);
});

test('it says its version, and renders the same bytes as a clone', async () => {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  for (const flag of ['--version', '-V']) assert.equal((await bake([flag])).stdout, version);
  await bake(['render', '--all', '--out', join(scratch, 'packaged')]);
  await run('node', [join(ROOT, 'bin', 'bake.js'), 'render', '--all', '--out', join(scratch, 'cloned')]);
  const packaged = await filesBelow(join(scratch, 'packaged'));
  assert.ok(packaged.size > 100);
  assert.deepEqual([...packaged], [...(await filesBelow(join(scratch, 'cloned')))]);
});

test('it starts its own rehearsal, asks it, and ends it', {
  skip: whyNoContainer('debian-12') ?? false,
}, async () => {
  const environment = { ...process.env, BAKE_REHEARSAL: join(scratch, 'state') };
  try {
    await bake(['rehearse', 'up', '--yes'], environment);
    const { all } = await bake(['doctor', '--rehearse'], environment);
    assert.doesNotMatch(all, /✖/);
    const status = await bake(['status', '--rehearse'], environment);
    assert.match(status.stdout, /^web +would bake because it has no image yet$/m);
  } finally {
    await bake(['rehearse', 'down'], environment);
  }
});
