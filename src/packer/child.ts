/** Runs Packer as a process of its own group, which only bake interrupts. */

import { execa } from 'execa';
import type { PackerTools } from './tools.ts';

export interface ChildOptions {
  readonly tools: PackerTools;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly onOutput: (chunk: string) => void;
  readonly onErrorOutput: (chunk: string) => void;
  /** Packer is interrupted once, and its clean-up awaited. */
  readonly signal?: AbortSignal | undefined;
  /** Packer and its plugins are killed. */
  readonly killSignal?: AbortSignal | undefined;
}

export interface Ending {
  /** Undefined where Packer could not be started or was killed. */
  readonly exitCode: number | undefined;
  /** Why Packer could not be started. */
  readonly startProblem: string | undefined;
}

/**
 * A terminal sends Ctrl-C to its whole foreground group. Packer waits for one interrupt and dies of the
 * second, so it gets a session of its own, and its group (Packer, its real self that it starts, plugins)
 * the one that is meant for it.
 */
export async function runPacker(options: ChildOptions): Promise<Ending> {
  const child = execa(options.tools.packer, options.args, {
    cwd: options.cwd,
    env: { ...options.environment },
    extendEnv: false,
    stdin: 'ignore',
    detached: true,
    buffer: false,
    reject: false,
  });
  const interrupt = () => signalGroup(child.pid, 'SIGINT');
  const kill = () => signalGroup(child.pid, 'SIGKILL');
  const stopListening = [listen(options.signal, interrupt), listen(options.killSignal, kill)];
  child.stdout.setEncoding('utf8').on('data', options.onOutput);
  child.stderr.setEncoding('utf8').on('data', options.onErrorOutput);
  const result = await child;
  for (const stop of stopListening) stop();
  return {
    exitCode: result.exitCode,
    startProblem: child.pid === undefined ? result.originalMessage : undefined,
  };
}

/** Calls `listener` once, at once where the signal has been aborted before. */
function listen(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal?.aborted) listener();
  signal?.addEventListener('abort', listener, { once: true });
  return () => signal?.removeEventListener('abort', listener);
}

function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
