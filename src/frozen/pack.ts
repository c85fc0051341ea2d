/**
 * Entries → tar.gz, with the same bytes on any machine: sorted paths, fixed owners and modes, one time for
 * everything, a gzip header without name and time.
 *
 * The compression is fflate's, in plain JavaScript and at a pinned version: Node's zlib gives other bytes on
 * another processor or version of Node (nodejs/node#12244, #33610). A newer fflate may do so as well, so a
 * change of its version is a change of every digest; `test/frozen/pack.test.ts` holds one.
 */

import { gzipSync } from 'fflate';
import { Header, Pax } from 'tar';
import type { Entry } from './entry.ts';

const BLOCK = 512;

/** The archive of `entries`; `time` in seconds since the epoch is the modification time of all of them. */
export function packEntries(entries: readonly Entry[], time: number): Uint8Array {
  const blocks = entries.toSorted(byPath).flatMap((entry) => entryBlocks(entry, time));
  const archive = Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
  return gzipSync(archive, { level: 9, mtime: 0 });
}

/** By bytes: no locale has a say. */
function byPath(a: Entry, b: Entry): number {
  return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}

const TYPES = { file: 'File', folder: 'Directory', symlink: 'SymbolicLink' } as const;

function entryBlocks(entry: Entry, time: number): Uint8Array[] {
  const fields = {
    path: entry.kind === 'folder' ? `${entry.path}/` : entry.path,
    mode: entry.kind === 'file' && !entry.executable ? 0o644 : 0o755,
    uid: 0,
    gid: 0,
    uname: 'root',
    gname: 'root',
    size: entry.content.byteLength,
    mtime: new Date(time * 1000),
    type: TYPES[entry.kind],
    linkpath: entry.target,
  };
  const header = new Header(fields);
  const block = Buffer.alloc(BLOCK);
  const isTooLong = header.encode(block, 0);
  const { path, linkpath } = fields;
  const extended = isTooLong ? [new Pax({ path, linkpath, mtime: fields.mtime }).encode()] : [];
  const padding = Buffer.alloc((BLOCK - (entry.content.byteLength % BLOCK)) % BLOCK);
  return [...extended, block, entry.content, padding];
}
