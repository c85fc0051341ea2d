/** The door to files of alerts: a gigabyte of them goes by in chunks. */

import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import process from 'node:process';
import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { isCompressed, refusalOf } from '../alerts/file-kind.ts';
import { LineSplitter } from '../alerts/lines.ts';
import { Failed } from '../failure.ts';
import type { AlertSource } from './alert-sources.ts';
import { codeOf, wordsOf } from './file-errors.ts';

const CHUNK_BYTES = 256 * 1024;
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export interface LineSink {
  readonly line: (line: string) => void;
  /** Lines that are longer than any of OSSEC's. */
  readonly tooLong: (count: number) => void;
  /** How much of the file has gone by, as it lies there. */
  readonly bytes?: (count: number) => void;
}

/**
 * Reads `alerts.json` as OSSEC writes it, or compressed, whatever its name is.
 * @returns why not all of it was read; undefined where it was
 * @throws Failed where it is something else
 */
export async function readAlertFile(
  { name, path }: AlertSource,
  sink: LineSink,
  signal: AbortSignal,
): Promise<string | undefined> {
  const source: Readable & { readonly bytesRead?: number } =
    path === undefined ? process.stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const splitter = new LineSplitter();
  let isFirst = true;
  const lines = new Writable({
    highWaterMark: CHUNK_BYTES,
    write: (chunk: Buffer, _encoding, done) => {
      const other = isFirst ? otherThanAlerts(name, chunk) : undefined;
      for (const line of splitter.push(isFirst ? withoutMark(chunk) : chunk)) sink.line(line);
      isFirst = false;
      sink.bytes?.(source.bytesRead ?? 0);
      done(other);
    },
  });
  try {
    if (isCompressed(await headOf(source, signal)))
      await pipeline(source, createGunzip({ chunkSize: CHUNK_BYTES }), lines, { signal });
    else await pipeline(source, lines, { signal });
  } catch (error) {
    if (signal.aborted || error instanceof Failed) throw error;
    return breakOff(error);
  }
  for (const line of splitter.end()) sink.line(line);
  sink.tooLong(splitter.tooLong);
  return undefined;
}

/** Also read again with what follows. */
async function headOf(source: Readable, signal: AbortSignal): Promise<Buffer> {
  await once(source, 'readable', { signal });
  const head: Buffer | null = source.read();
  if (head === null) return Buffer.alloc(0);
  source.unshift(head);
  return head;
}

function otherThanAlerts(name: string, head: Buffer): Failed | undefined {
  const refusal = refusalOf(head);
  if (refusal === undefined) return undefined;
  return new Failed([{ kind: 'input', problem: `${name} ${refusal.problem}`, remedy: refusal.remedy }]);
}

/** Editors of another system begin a text with a mark of its encoding. */
function withoutMark(chunk: Buffer): Buffer {
  return chunk.subarray(0, MARK.length).equals(MARK) ? chunk.subarray(MARK.length) : chunk;
}

function breakOff(error: unknown): string {
  const code = codeOf(error);
  if (code === 'Z_BUF_ERROR') return 'it is cut off; what it has before is counted';
  if (code.startsWith('Z_')) return `it is damaged (${code}); what it has before that is counted`;
  return `it can't be read further: ${wordsOf(error)}`;
}
