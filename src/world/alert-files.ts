/** The door to files of alerts: a gigabyte of them goes by in chunks. */

import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { LineSplitter } from '../alerts/lines.ts';
import { fail } from '../failure.ts';
import { codeOf } from './file-errors.ts';

const CHUNK_BYTES = 256 * 1024;

export interface LineSink {
  readonly line: (line: string) => void;
  /** Lines that are longer than any of OSSEC's. */
  readonly tooLong: (count: number) => void;
}

/** Reads `alerts.json` as OSSEC writes it, or compressed (`.gz`). @throws Failed where it can't be read */
export async function readAlertFile(
  { workingFolder, signal }: { readonly workingFolder: string; readonly signal: AbortSignal },
  file: string,
  sink: LineSink,
): Promise<void> {
  const splitter = new LineSplitter();
  const lines = new Writable({
    highWaterMark: CHUNK_BYTES,
    write: (chunk: Buffer, _encoding, done) => {
      for (const line of splitter.push(chunk)) sink.line(line);
      done();
    },
  });
  const source = createReadStream(resolve(workingFolder, file), { highWaterMark: CHUNK_BYTES });
  try {
    if (file.endsWith('.gz'))
      await pipeline(source, createGunzip({ chunkSize: CHUNK_BYTES }), lines, { signal });
    else await pipeline(source, lines, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    fail({
      kind: 'input',
      problem: `${file} can't be read: ${codeOf(error)}`,
      remedy: 'name files like /var/ossec/logs/alerts/alerts.json, compressed (.gz) or not',
    });
  }
  for (const line of splitter.end()) sink.line(line);
  sink.tooLong(splitter.tooLong);
}
