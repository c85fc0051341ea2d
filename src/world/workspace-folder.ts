/** Writes a workspace to disk. */

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Workspace } from '../plan/model.ts';

/** Writes the files of `workspace` into `folder`, which holds nothing else afterwards. */
export async function writeWorkspace(workspace: Workspace, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const folders = new Set(workspace.files.map((file) => dirname(join(folder, file.path))));
  await Promise.all([...folders].map((path) => mkdir(path, { recursive: true })));
  await Promise.all(
    workspace.files.map((file) =>
      writeFile(join(folder, file.path), file.content, { mode: file.executable ? 0o755 : 0o644 }),
    ),
  );
}
