/** The door to other programs. */

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, resolve } from 'node:path';
import { execa } from 'execa';
import type { Environment } from '../context.ts';

export interface ProgramOptions {
  /** The whole environment of the program; nothing else is inherited. */
  readonly environment: Environment;
  readonly cwd?: string;
  /** Interrupts the program. */
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMilliseconds?: number;
  /** Called with each line that the program writes to standard error, as it comes. */
  readonly onErrorLine?: (line: string) => void;
}

export interface Ran {
  /** Undefined where the program could not be started, was killed or was interrupted. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program without input to its end. What it says about itself is the result: never throws for it. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<Ran> {
  const running = execa(program, args, {
    cwd: options.cwd ?? '/',
    env: { ...options.environment },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    killSignal: 'SIGINT',
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    ...(options.timeoutMilliseconds === undefined ? {} : { timeout: options.timeoutMilliseconds }),
  });
  const { onErrorLine } = options;
  if (onErrorLine !== undefined) {
    for await (const line of running.iterable({ from: 'stderr' })) onErrorLine(line);
  }
  const { exitCode, stdout, stderr } = await running;
  return { exitCode, stdout: stdout ?? '', stderr: stderr ?? '' };
}

/** The absolute path of `name` on the environment's PATH. */
export async function findProgram(name: string, environment: Environment): Promise<string | undefined> {
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    const path = resolve(folder, name);
    if (await isProgram(path)) return path;
  }
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
