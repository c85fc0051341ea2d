/** The check of a frozen tarball before anything starts with it. */

import { readArchiveFile } from './read-archive.ts';
import { ossecSource } from './source.ts';

/**
 * Throws {@link Failed} where the file at `path` is damaged, holds what must not be unpacked, or is not OSSEC's
 * source; `name` is what messages call it.
 */
export async function checkTarball(path: string, name: string): Promise<void> {
  const { entries } = await readArchiveFile(path, name);
  ossecSource(name, entries);
}
