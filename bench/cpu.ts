/** Processor time of programs: what a busy machine changes least. */

import { join } from 'node:path';
import { execa } from 'execa';

/** Node has no word for the time of a child, Python has. */
const PROGRAM = join(import.meta.dirname, 'processor_time.py');

/** Seconds of processor time, user and system, that a program takes: the least of `times`, once it is warm. */
export async function processorSeconds(
  command: readonly string[],
  options: {
    readonly cwd: string;
    readonly environment?: Readonly<Record<string, string>>;
    readonly times?: number;
  },
): Promise<number> {
  const { stdout } = await execa('python3', [PROGRAM, String(options.times ?? 25), ...command], {
    cwd: options.cwd,
    ...(options.environment === undefined ? {} : { env: options.environment }),
    stdin: 'ignore',
  });
  return Number(stdout);
}
