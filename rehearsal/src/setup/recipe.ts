/** What goes into a root filesystem, beside packages: the files of `root-filesystem/` and this machine's own. */

import { createHash } from 'node:crypto';
import { chmod, glob, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type AptSources, settingsForContainers } from './apt-sources.ts';

const RECIPE = join(import.meta.dirname, '..', '..', 'root-filesystem');
/** Certificates that a machine's administrator trusts beside the usual ones; a network may need them. */
const OWN_CERTIFICATES = '/usr/local/share/ca-certificates';

/** Path within the recipe → content. */
export type Recipe = ReadonlyMap<string, Buffer>;

export async function readRecipe(sources: AptSources): Promise<Recipe> {
  const files = new Map<string, Buffer>();
  for await (const entry of glob('**', { cwd: RECIPE, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(RECIPE.length + 1), await readFile(path));
  }
  for await (const path of glob(`${OWN_CERTIFICATES}/**/*.crt`)) {
    files.set(`files${OWN_CERTIFICATES}/${basename(path)}`, await readFile(path));
  }
  const settings = settingsForContainers(sources);
  if (settings.length > 0) {
    files.set('files/etc/apt/apt.conf.d/90rehearsal', Buffer.from(`${settings.join('\n')}\n`));
  }
  return files;
}

/** The same for the same files, in whatever order they were read. */
export function recipeDigest(recipe: Recipe): string {
  const hash = createHash('sha256');
  for (const [path, content] of [...recipe].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(JSON.stringify([path, createHash('sha256').update(content).digest('hex')]));
  }
  return hash.digest('hex');
}

/** Calls `use` with a folder that holds the recipe with the permissions of system files, whatever the umask. */
export async function withRecipeFolder<T>(recipe: Recipe, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-rehearsal-recipe-'));
  try {
    await chmod(folder, 0o755);
    for (const [path, content] of recipe) {
      await makeFolders(folder, dirname(path));
      await writeFile(join(folder, path), content);
      await chmod(join(folder, path), path.endsWith('.sh') ? 0o755 : 0o644);
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeFolders(root: string, path: string): Promise<void> {
  let folder = root;
  for (const part of path.split('/')) {
    folder = join(folder, part);
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o755);
  }
}
