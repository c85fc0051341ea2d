/** What the system says of a file that can't be used. */

/** The system's code, `ENOENT`; the whole error in words where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** There is nothing at a path, or there can't be: it leads through a file. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}

/** For a read that may find nothing: `readFile(path).catch(unlessMissing)`. */
export function unlessMissing(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is nothing of that name',
  ENOTDIR: 'its path leads through a file',
  EISDIR: 'it is a folder',
  EACCES: 'you may not',
  EPERM: 'you may not',
  EROFS: 'its file system is read-only',
  ENOSPC: 'the disk is full',
};

/** For people: what the code means, or the code itself where it is a rare one. */
export function wordsOf(error: unknown): string {
  const code = codeOf(error);
  return WORDS[code] ?? code;
}
