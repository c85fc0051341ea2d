/** Archives of source as entries in memory. Nothing of them touches the disk. */

import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { execa } from 'execa';
import { Parser, type ReadEntry } from 'tar';
import { fail } from '../failure.ts';
import type { RawEntry } from './entry.ts';

export interface ReadArchive {
  readonly entries: readonly RawEntry[];
  /** The newest modification time in it, in seconds since the epoch; 0 where it has no entries. */
  readonly newest: number;
  /** What `git archive` says it was made from: 40 hexadecimal digits. */
  readonly commit: string | undefined;
}

const MIB = 2 ** 20;
/** OSSEC's source is 13 MB; an archive may unpack to a thousand times its size. */
const MOST_PACKED = 256 * MIB;
const MOST_UNPACKED = 1024 * MIB;

/**
 * Reads a tar archive, as it is or compressed with gzip, bzip2 or xz; `name` is what messages call it.
 * Throws {@link Failed} where it can't.
 */
export async function readArchiveFile(path: string, name = path): Promise<ReadArchive> {
  return readTar(name, await unpacked(name, await bytesOf(path, name)));
}

async function bytesOf(path: string, name: string): Promise<Buffer> {
  await using file = await open(path);
  const { size } = await file.stat();
  if (size > MOST_PACKED) refuse(name, `it is larger than ${MOST_PACKED / MIB} MiB`);
  return await file.readFile();
}

const ZIP = 'it is a zip archive';

/** First bytes in hexadecimal → what they mean. */
const FORMATS: ReadonlyArray<readonly [magic: string, format: 'gzip' | 'bzip2' | 'xz' | typeof ZIP]> = [
  ['1f8b', 'gzip'],
  ['425a68', 'bzip2'],
  ['fd377a585a00', 'xz'],
  ['504b0304', ZIP],
];

async function unpacked(name: string, bytes: Buffer): Promise<Buffer> {
  const head = bytes.subarray(0, 8).toString('hex');
  const format = FORMATS.find(([magic]) => head.startsWith(magic))?.[1];
  if (format === undefined) return bytes;
  if (format === ZIP) return refuse(name, ZIP, 'give the same source as tar.gz, tar.bz2 or tar.xz');
  if (format === 'gzip') {
    return await promisify(gunzip)(bytes, { maxOutputLength: MOST_UNPACKED }).catch((error: unknown) =>
      refuse(name, reasonOf(error)),
    );
  }
  return await throughProgram(format, name, bytes);
}

async function throughProgram(program: 'bzip2' | 'xz', name: string, bytes: Buffer): Promise<Buffer> {
  const { exitCode, code, stdout, stderr, isMaxBuffer } = await execa(program, ['--decompress', '--stdout'], {
    input: bytes,
    encoding: 'buffer',
    maxBuffer: MOST_UNPACKED,
    reject: false,
  });
  if (code === 'ENOENT') {
    fail({
      kind: 'prerequisite',
      problem: `${name} is compressed with ${program}, and that program is not here`,
      remedy: `install ${program}, or give the same source as tar.gz`,
    });
  }
  if (isMaxBuffer) refuse(name, `it unpacks to more than ${MOST_UNPACKED / MIB} MiB`);
  if (exitCode !== 0) refuse(name, new TextDecoder().decode(stderr).trim());
  return Buffer.from(stdout ?? []);
}

const KINDS: Readonly<Record<string, string>> = {
  File: 'file',
  OldFile: 'file',
  ContiguousFile: 'file',
  Directory: 'folder',
  SymbolicLink: 'symlink',
  Link: 'hard link',
  CharacterDevice: 'character device',
  BlockDevice: 'block device',
  FIFO: 'named pipe',
};

/** Reads an unpacked tar archive; `name` is what messages call it. Throws {@link Failed} where it is damaged. */
export function readTar(name: string, bytes: Buffer): ReadArchive {
  const read: Array<{ readonly entry: ReadEntry; readonly pieces: Buffer[] }> = [];
  const problems: unknown[] = [];
  const take = (entry: ReadEntry) => {
    const pieces: Buffer[] = [];
    entry.on('data', (piece) => pieces.push(piece));
    read.push({ entry, pieces });
  };
  const parser = new Parser({ strict: true, onReadEntry: take });
  parser.on('ignoredEntry', take);
  parser.on('error', (error: unknown) => problems.push(error));
  parser.end(bytes);
  if (problems.length > 0) refuse(name, reasonOf(problems[0]));
  const comments = read.map(({ entry }) => entry.globalExtended?.comment ?? '');
  return {
    entries: read.map(({ entry, pieces }) => rawEntry(entry, Buffer.concat(pieces))),
    newest: Math.max(0, ...read.map(({ entry }) => Math.floor((entry.mtime?.getTime() ?? 0) / 1000))),
    commit: comments.find((comment) => /^[0-9a-f]{40}$/.test(comment)),
  };
}

function rawEntry(entry: ReadEntry, content: Buffer): RawEntry {
  const kind = KINDS[entry.type] ?? `${entry.type} entry`;
  return {
    path: entry.path.replace(/(?<=.)\/+$/, ''),
    kind,
    executable: ((entry.mode ?? 0) & 0o100) !== 0,
    content,
    target: kind === 'symlink' ? (entry.linkpath ?? '') : '',
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'Z_BUF_ERROR') return 'it ends too early';
  if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
    return `it unpacks to more than ${MOST_UNPACKED / MIB} MiB`;
  if (/Truncated input/.test(error.message)) return 'it ends too early';
  return `it is damaged, or no tar archive (${error.message.replace(/^TAR_\w+: /, '')})`;
}

function refuse(name: string, reason: string, remedy = 'get it again from where it comes from'): never {
  fail({ kind: 'input', problem: `${name} can't be read as an archive of source: ${reason}`, remedy });
}
