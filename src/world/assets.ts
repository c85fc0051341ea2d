/** Reads bake's own files once: HCL, templates, provisioners, what SSM documents run. */

import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Assets } from '../render/assets.ts';

/** Where this installation of bake lies. */
export const INSTALLATION = join(import.meta.dirname, '..', '..');

const FOLDERS = ['packer', 'templates', 'provisioners', 'documents'];
/** All that provisioners and documents hold is copied; of the others' files, what is rendered. Python leaves bytecode where it ran, tools hidden files. */
const ASSET = /^(?:provisioners|documents)\/(?!.*\/(__pycache__\/|\.))|\.(pkr\.hcl|mustache)$/;

export async function loadAssets(): Promise<Assets> {
  const lists = await Promise.all(FOLDERS.map((folder) => filesBelow(join(INSTALLATION, folder))));
  const paths = lists.flat().filter((path) => ASSET.test(assetName(path)));
  const contents = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  return new Map(paths.map((path, index) => [assetName(path), contents[index] ?? '']));
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function assetName(path: string): string {
  return relative(INSTALLATION, path).split(sep).join('/');
}
