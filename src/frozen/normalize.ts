/** The entries of a source as they are frozen: the same whether they come from a clone or an archive. Pure. */

import type { Entry } from './entry.ts';

/** The one folder of every frozen tarball. */
export const TOP = 'ossec';

/** Puts everything below {@link TOP}, with each folder on the way as an entry of its own. */
export function normalized(entries: readonly Entry[]): Entry[] {
  const placed = entries.map((entry) => ({ ...entry, path: `${TOP}/${entry.path}` }));
  const folders = new Set([
    TOP,
    ...placed.flatMap(({ path }) => parents(path)),
    ...placed.flatMap(({ path, kind }) => (kind === 'folder' ? [path] : [])),
  ]);
  return [...[...folders].map(folder), ...placed.filter(({ kind }) => kind !== 'folder')];
}

/** `a/b/c` → `a`, `a/b` */
function parents(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

function folder(path: string): Entry {
  return { path, kind: 'folder', executable: true, content: new Uint8Array(), target: '' };
}
