/** The content of a folder as one number. */

import { createHash } from 'node:crypto';
import { lstat, open, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** How many files are read at once: enough to keep a disk busy, few enough for any limit on open files. */
const READERS = 8;
/** Files up to this size are read whole; larger ones in pieces of it. */
const PIECE = 1 << 20;

/**
 * SHA-256 over every file, folder and symbolic link below `folder`: path, kind, permissions, and content or target.
 * Two folders have the same digest exactly where they hold the same; times and owners do not count.
 * Returns 64 hexadecimal digits.
 */
export async function digestFolder(folder: string): Promise<string> {
  const paths = await pathsBelow(folder);
  const lines = await mapBounded(paths, (path) => describe(folder, path));
  const hash = createHash('sha256');
  for (const line of lines) hash.update(line);
  return hash.digest('hex');
}

async function pathsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const prefix = folder.length + 1;
  return ['', ...entries.map((entry) => join(entry.parentPath, entry.name).slice(prefix)).sort()];
}

/** One line for one path; JSON keeps a name with a newline from looking like two. */
async function describe(folder: string, path: string): Promise<string> {
  const absolute = join(folder, path);
  const status = await lstat(absolute);
  const [kind, content] = status.isFile()
    ? ['file', await digestFile(absolute, status.size)]
    : status.isSymbolicLink()
      ? ['link', await readlink(absolute)]
      : [status.isDirectory() ? 'folder' : 'other', ''];
  return `${JSON.stringify([path, kind, status.mode & 0o7777, content])}\n`;
}

async function digestFile(path: string, size: number): Promise<string> {
  const hash = createHash('sha256');
  if (size <= PIECE) return hash.update(await readFile(path)).digest('hex');
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafe(PIECE);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, PIECE);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

/** `Promise.all` over `items` in their order, with at most {@link READERS} at once. */
async function mapBounded<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: READERS }, worker));
  return results;
}
