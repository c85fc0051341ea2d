/** The end of a log, for messages. */

import { readFile } from 'node:fs/promises';
import { lastLines } from '../run.ts';

export async function tailOf(log: string): Promise<string> {
  return lastLines(await readFile(log, 'utf8').catch(() => ''));
}
