/** The shell scripts of this repository. */

import { glob, open } from 'node:fs/promises';
import { join, relative } from 'node:path';

const FOLDERS =
  '{.ci,bench,bin,documents,files,packer,provisioners,rehearsal,roles,scripts,templates,test}/**';
/** Cases hold mistakes on purpose, and what is rendered, which is checked as it is rendered now. */
const LEFT_OUT = /(^|\/)node_modules\/|^test\/cases\//;
const LONGEST_FIRST_LINE = 128;

/** Paths below `root` of all that is a script by its name or by its first line, sorted. */
export async function shellScripts(root: string): Promise<string[]> {
  const scripts: string[] = [];
  for await (const entry of glob(FOLDERS, { cwd: root, withFileTypes: true })) {
    const path = relative(root, join(entry.parentPath, entry.name));
    if (!entry.isFile() || LEFT_OUT.test(path)) continue;
    if (path.endsWith('.sh') || isShell(await firstLine(join(root, path)))) scripts.push(path);
  }
  return scripts.sort();
}

function isShell(line: string): boolean {
  return /^#!.*\b(ba|da)?sh\b/.test(line);
}

async function firstLine(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST_FIRST_LINE), 0, LONGEST_FIRST_LINE, 0);
    return buffer.toString('latin1', 0, bytesRead).split('\n')[0] ?? '';
  } finally {
    await file.close();
  }
}
