/** Programs, run to their end. */

import { execa } from 'execa';
import { RehearsalError } from './model.ts';

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** What the program reads on stdin; nothing unless told. */
  readonly input?: string;
  /** Its whole environment; the caller's own unless told. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Everything that it prints goes to this file. */
  readonly log?: string;
  /** Called with each line that it prints. */
  readonly onLine?: (line: string) => void;
}

/** How many of the last lines of an output are worth showing. */
const TAIL_LINES = 5;

/**
 * Returns what the program printed on stdout, without the last newline.
 * @throws RehearsalError where it can't be run or ends with another exit code than 0
 * @throws the signal's reason where it was cancelled
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const subprocess = execa(program, args, {
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.environment === undefined ? {} : { env: options.environment, extendEnv: false }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    ...(options.log === undefined ? {} : logTo(options.log)),
    all: true,
    reject: false,
  });
  if (options.onLine !== undefined) {
    for await (const line of subprocess.iterable({ from: 'all' })) options.onLine(line);
  }
  const result = await subprocess;
  if (result.isCanceled) options.signal?.throwIfAborted();
  if (result.failed) throw failure(program, args, result, options.log);
  return result.stdout;
}

function logTo(file: string) {
  const target = { file, append: true };
  return { stdout: ['pipe' as const, target], stderr: ['pipe' as const, target] };
}

function failure(
  program: string,
  args: readonly string[],
  result: {
    readonly stderr: string;
    readonly all: string;
    readonly shortMessage: string | undefined;
    readonly exitCode?: number | undefined;
  },
  log: string | undefined,
): RehearsalError {
  const said = lastLines(result.stderr || result.all);
  const how =
    result.exitCode === undefined
      ? (result.shortMessage ?? 'did not run')
      : `ended with exit code ${result.exitCode}`;
  const what = `\`${[program, args[0]].filter((word) => word !== undefined).join(' ')}\` ${how}`;
  return new RehearsalError(
    'failed',
    said === '' ? what : `${what}: ${said}`,
    log === undefined ? {} : { log },
  );
}

/** The last lines of an output in one line of text. */
export function lastLines(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-TAIL_LINES).join(' | ');
}
