/** Which code a rehearsal runs with. */

import { glob, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { recipeDigest } from './recipe.ts';

const PACKAGE = join(import.meta.dirname, '..', '..');

/** All that decides what a start makes, what its server answers and what its source images hold. */
const CODE = [
  'src/**',
  'root-filesystem/**',
  'package.json',
  'moto-requirements.txt',
  // The refresh model, on which its Auto Scaling runs.
  '../src/rollout/{model,preferences}.ts',
  '../src/rollout/refresh/**',
  // In the published package, all code.
  '../lib/**',
];

/** SHA-256 in hexadecimal of the code as it is on the disk now. */
export async function codeDigest(folder: string = PACKAGE): Promise<string> {
  const files = new Map<string, Buffer>();
  for await (const entry of glob(CODE, { cwd: folder, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(relative(folder, path), await readFile(path));
  }
  return recipeDigest(files);
}
