/**
 * `npm run build [-- FOLDER]`: writes the published package to `dist/package`, or below another folder, and packs it
 * as `npm publish` would. The same sources and lock file give the same bytes.
 */

import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { bundle } from './package/bundle.ts';
import { filesToRead, type PackagedFile } from './package/files.ts';
import { licencesOf } from './package/licences.ts';

const ROOT = join(import.meta.dirname, '..');
const DIST = resolve(process.argv[2] ?? join(ROOT, 'dist'));
const PACKAGE = join(DIST, 'package');

async function packagedFiles(): Promise<Map<string, PackagedFile>> {
  const chunks = await bundle(ROOT);
  const modules = chunks.flatMap(({ moduleIds }) => moduleIds).sort();
  return new Map([
    ...(await filesToRead(ROOT)),
    ...chunks.map(({ fileName, code }) => text(`lib/${fileName}`, code)),
    text('bin/bake.js', await start('bin/bake.js', '../src/cli.ts', '../lib/cli.js'), true),
    // Where the code that starts it looks for it.
    text('rehearsal/src/server/main.js', "import '../../../lib/rehearsal-server.js';\n"),
    text('THIRD-PARTY-LICENCES.txt', await licencesOf(modules)),
    text('README.md', await readFile(join(ROOT, 'scripts', 'package', 'readme.md'), 'utf8')),
    text('package.json', await manifest()),
  ]);
}

function text(path: string, content: string, executable = false): [string, PackagedFile] {
  return [path, { content: Buffer.from(content), executable }];
}

/** `file`, which imports the package's code instead of the repository's. */
async function start(file: string, from: string, to: string): Promise<string> {
  const parts = (await readFile(join(ROOT, file), 'utf8')).split(`'${from}'`);
  if (parts.length !== 2) throw new Error(`${file} imports ${from} ${parts.length - 1} times`);
  return parts.join(`'${to}'`);
}

/** Everything is bundled, so nothing is a dependency; `private` guards the repository, not the package. */
async function manifest(): Promise<string> {
  const { name, version, description, license, type, bin, engines } = JSON.parse(
    await readFile(join(ROOT, 'package.json'), 'utf8'),
  );
  const published = { name, version, description, license, type, bin, engines };
  return `${JSON.stringify({ ...published, publishConfig: { access: 'public' } }, null, 2)}\n`;
}

const files = await packagedFiles();
for (const name of await readdir(DIST).catch(() => []))
  if (name === 'package' || name.endsWith('.tgz')) await rm(join(DIST, name), { recursive: true });
for (const [path, { content, executable }] of files) {
  await mkdir(dirname(join(PACKAGE, path)), { recursive: true });
  await writeFile(join(PACKAGE, path), content);
  await chmod(join(PACKAGE, path), executable ? 0o755 : 0o644);
}
await execa('npm', ['pack', '--silent', '--offline', '--pack-destination', DIST], {
  cwd: PACKAGE,
  preferLocal: true,
});
const [tarball] = (await readdir(DIST)).filter((name) => name.endsWith('.tgz'));
const bytes = [...files.values()].reduce((sum, { content }) => sum + content.length, 0);
process.stdout.write(`${join(DIST, tarball ?? '')}: ${files.size} files, ${(bytes / 1e6).toFixed(2)} MB\n`);
