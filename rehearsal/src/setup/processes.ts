/** Processes of this machine, found by what they were started with: a number alone may be another's by now. */

import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Process {
  readonly pid: number;
  /** Name of the program, without its folder. */
  readonly program: string;
  readonly args: readonly string[];
}

const PATIENCE_MILLISECONDS = 20_000;
const PAUSE_MILLISECONDS = 50;

export async function findProcesses(isWanted: (process: Process) => boolean): Promise<Process[]> {
  const pids = (await readdir('/proc'))
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid);
  const found = await Promise.all(pids.map(readProcess));
  return found.filter((candidate) => candidate !== undefined).filter(isWanted);
}

async function readProcess(pid: number): Promise<Process | undefined> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  // Ends with a null byte; kernel threads have no command line, and zombies neither.
  const [program, ...args] = line.split('\0').slice(0, -1);
  return program === undefined ? undefined : { pid, program: basename(program), args };
}

/** Asks them to end, and ends those that don't. Returns when they are gone. */
export async function endProcesses(processes: readonly Process[]): Promise<void> {
  for (const { pid } of processes) signalProcess(pid, 'SIGTERM');
  if (await gone(processes, PATIENCE_MILLISECONDS)) return;
  for (const { pid } of await stillThere(processes)) signalProcess(pid, 'SIGKILL');
  await gone(processes, PATIENCE_MILLISECONDS);
}

async function gone(processes: readonly Process[], milliseconds: number): Promise<boolean> {
  const end = Date.now() + milliseconds;
  while ((await stillThere(processes)).length > 0) {
    if (Date.now() > end) return false;
    await sleep(PAUSE_MILLISECONDS);
  }
  return true;
}

async function stillThere(processes: readonly Process[]): Promise<Process[]> {
  const now = await Promise.all(processes.map(({ pid }) => readProcess(pid)));
  return processes.filter(({ args }, index) => now[index]?.args.join('\0') === args.join('\0'));
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}
