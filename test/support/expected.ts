/** Folders of expected files; `UPDATE_EXPECTED=1` rewrites them. */

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';

/** `folder` holds exactly these files. */
export async function assertFolder(folder: string, actual: ReadonlyMap<string, string>): Promise<void> {
  if (process.env.UPDATE_EXPECTED === '1') await rewrite(folder, actual);
  assert.deepEqual(Object.fromEntries([...actual].sort()), Object.fromEntries(await readFolder(folder)));
}

async function rewrite(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

async function readFolder(folder: string): Promise<Array<[path: string, content: string]>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths
      .sort()
      .map(async (path): Promise<[string, string]> => [relative(folder, path), await readFile(path, 'utf8')]),
  );
}
