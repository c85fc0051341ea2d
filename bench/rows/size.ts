import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Measured, Row, World } from '../model.ts';
import { ROOT } from '../world.ts';

export const size: Row = {
  name: 'size',
  what: 'installed size of the published package with its dependencies',
  goal: 'as small as it gets; less than a tenth of the dependencies that it contains',
  measure,
};

async function measure(world: World): Promise<Measured> {
  const packaged = await world.packaged();
  const files = await sizes(packaged);
  const total = sum([...files.values()]);
  const parts = new Map<string, number>();
  for (const [path, bytes] of files) {
    const part = path.includes('/') ? (path.split('/')[0] ?? '') : 'licences, changes, schema';
    parts.set(part, (parts.get(part) ?? 0) + bytes);
  }
  const unbundled = await dependencies();
  const words = [...parts]
    .sort(([, a], [, b]) => b - a)
    .map(([part, bytes]) => `${part} ${megabytes(bytes)}`);
  return {
    figure: `${megabytes(total)} in ${files.size} files, no dependencies`,
    met: total <= unbundled / 10,
    note:
      `Of that: ${words.join(', ')}. \`lib\` is all code, its libraries and the rehearsal included. ` +
      `The same libraries as npm installs them take ${megabytes(unbundled)}.`,
    numbers: { bytes: total, files: files.size, dependenciesBytes: unbundled },
  };
}

/** Bytes of what npm would install for a package that isn't bundled. */
async function dependencies(): Promise<number> {
  const { stdout } = await execa('npm', ['ls', '--all', '--omit=dev', '--parseable'], {
    cwd: ROOT,
    preferLocal: true,
    reject: false,
  });
  const folders = stdout
    .split('\n')
    .filter((line) => line.includes('/node_modules/') && !line.includes('@bake-ami'));
  const each = await Promise.all(folders.map(async (folder) => sum([...(await sizes(folder)).values()])));
  return sum(each);
}

async function sizes(folder: string): Promise<Map<string, number>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    // A package below another one is counted by itself.
    .filter((path) => !path.includes('node_modules/'));
  const bytes = paths.map(
    async (path): Promise<[string, number]> => [path, (await stat(join(folder, path))).size],
  );
  return new Map(await Promise.all(bytes));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
