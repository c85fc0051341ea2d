/** What an archive of OSSEC's source may hold, and nothing else. Pure. */

export type EntryKind = 'file' | 'folder' | 'symlink';

export interface Entry {
  /** Relative, with `/`, without a trailing one. */
  readonly path: string;
  readonly kind: EntryKind;
  readonly executable: boolean;
  /** Of a file; empty otherwise. */
  readonly content: Uint8Array;
  /** Of a symlink; empty otherwise. */
  readonly target: string;
}

/** An entry as an archive has it: `kind` is what the archive says, whatever that is. */
export interface RawEntry extends Omit<Entry, 'kind'> {
  readonly kind: string;
}

/**
 * What is wrong with the entries of an archive, one sentence for each, with the path in it as the archive
 * has it. Nothing of an archive with a problem may be unpacked.
 */
export function unsafeEntries(entries: readonly RawEntry[]): string[] {
  const links = new Set(entries.filter(({ kind }) => kind === 'symlink').map(({ path }) => path));
  const problems = entries.flatMap((entry) => problemOf(entry, links) ?? []);
  return [...problems, ...repeated(entries)];
}

function problemOf({ path, kind, target }: RawEntry, links: ReadonlySet<string>): string | undefined {
  if (/\p{Cc}/u.test(path)) return `${JSON.stringify(path)} has a control character in its name`;
  if (path.startsWith('/')) return `${path} is an absolute path`;
  const parts = path.split('/');
  if (parts.includes('..')) return `${path} leads out of the archive`;
  if (parts.some((part) => part === '' || part === '.')) return `${JSON.stringify(path)} is not a plain path`;
  if (!isKind(kind)) return `${path} is a ${kind}, and only files, folders and symlinks are taken`;
  const link = ancestors(parts).find((folder) => links.has(folder));
  if (link !== undefined) return `${path} lies below ${link}, which is a symlink`;
  if (kind === 'symlink' && leadsOut(parts.length - 1, target))
    return `${path} is a symlink that leads out of the archive, to ${JSON.stringify(target)}`;
  return undefined;
}

function isKind(kind: string): kind is EntryKind {
  return kind === 'file' || kind === 'folder' || kind === 'symlink';
}

/** `['a', 'b', 'c']` → `a`, `a/b` */
function ancestors(parts: readonly string[]): string[] {
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

/**
 * A target climbs first and descends then, and never climbs above the archive's top: a `..` after a name could
 * begin at the end of another symlink, which lies anywhere.
 */
function leadsOut(depth: number, target: string): boolean {
  if (target === '' || target.startsWith('/') || /\p{Cc}/u.test(target)) return true;
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const climbs = parts.findIndex((part) => part !== '..');
  const up = climbs === -1 ? parts.length : climbs;
  return up > depth || parts.slice(up).includes('..');
}

function repeated(entries: readonly RawEntry[]): string[] {
  const seen = new Set<string>();
  const twice = entries.filter(({ path, kind }) => {
    const again = seen.has(path) && kind !== 'folder';
    seen.add(path);
    return again;
  });
  return twice.map(({ path }) => `${path} is in the archive twice`);
}
