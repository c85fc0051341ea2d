/** What is in the published package beside code: the files that bake reads when it runs, where the code looks for them. */

import { glob, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** All of these, but for what tools and Python leave behind. */
const READ = [
  'packer/**',
  'templates/**',
  'provisioners/**',
  'documents/**',
  'rehearsal/moto-requirements.txt',
  'rehearsal/root-filesystem/**',
  'rehearsal/stand-in/**',
  'rehearsal/src/**/*.{py,sh}',
  'bake.schema.json',
  'CHANGELOG.md',
  'LICENSE',
];
const LEFT_BEHIND = /(^|\/)(__pycache__\/|\.)/;

export interface PackagedFile {
  readonly content: Uint8Array;
  readonly executable: boolean;
}

/** Path in the package → file, sorted. */
export async function filesToRead(root: string): Promise<Map<string, PackagedFile>> {
  const paths: string[] = [];
  for await (const entry of glob(READ, { cwd: root, withFileTypes: true })) {
    const path = relative(root, join(entry.parentPath, entry.name));
    if (entry.isFile() && !LEFT_BEHIND.test(path)) paths.push(path);
  }
  const files = paths.sort().map(async (path): Promise<[string, PackagedFile]> => {
    const [content, { mode }] = await Promise.all([readFile(join(root, path)), stat(join(root, path))]);
    return [path, { content, executable: (mode & 0o100) !== 0 }];
  });
  return new Map(await Promise.all(files));
}
