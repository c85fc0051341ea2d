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
