/** The door for log lines: a file, or standard input. */

import { fstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { fail } from '../failure.ts';
import { codeOf } from './file-errors.ts';

/** What messages call standard input. */
export const STANDARD_INPUT = 'standard input';

/** Whether something is put into this command: by a pipe, or from a file. A terminal and /dev/null are neither. */
export function hasPipedInput(): boolean {
  try {
    const input = fstatSync(process.stdin.fd);
    return input.isFIFO() || input.isFile() || input.isSocket();
  } catch {
    return false;
  }
}

/** Ends with the signal, for whoever feeds it may never end. @throws the signal's reason */
export async function readStandardInput(signal: AbortSignal): Promise<string> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([text(process.stdin), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    process.stdin.destroy();
  }
}

/** @throws Failed where it can't be read */
export async function readLogFile(workingFolder: string, file: string): Promise<string> {
  try {
    return await readFile(resolve(workingFolder, file), 'utf8');
  } catch (error) {
    return fail({
      kind: 'input',
      problem: `${file} can't be read: ${codeOf(error)}`,
      remedy: 'name a file of log lines',
    });
  }
}
