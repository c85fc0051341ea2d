/** Writes a workspace to disk. */

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failed, fail } from '../failure.ts';
import type { Workspace } from '../plan/model.ts';

/**
 * Writes the files of `workspace` into `folder`, which holds nothing else afterwards.
 * @throws Failed where it can't be written, or holds what is not a workspace.
 */
export async function writeWorkspace(workspace: Workspace, folder: string): Promise<void> {
  try {
    await removeWorkspace(folder);
    const folders = new Set(workspace.files.map((file) => dirname(join(folder, file.path))));
    await Promise.all([...folders].map((path) => mkdir(path, { recursive: true })));
    await Promise.all(
      workspace.files.map((file) =>
        writeFile(join(folder, file.path), file.content, { mode: file.executable ? 0o755 : 0o644 }),
      ),
    );
  } catch (error) {
    if (error instanceof Failed || !(error instanceof Error && 'code' in error)) throw error;
    fail({
      kind: 'input',
      problem: `${folder} cannot be written: ${error.code}`,
      remedy: 'name another folder with --out',
    });
  }
}

/** `--out /` and a role called `etc` must not be the end of a machine. */
async function removeWorkspace(folder: string): Promise<void> {
  const entries: string[] = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return [];
  });
  if (entries.length > 0 && !entries.includes('image.pkr.hcl')) {
    fail({
      kind: 'input',
      problem: `${folder} has something else in it than what bake renders`,
      remedy: 'name another folder with --out, or remove it',
    });
  }
  await rm(folder, { recursive: true, force: true });
}
