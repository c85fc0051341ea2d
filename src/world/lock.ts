/** A lock between processes of one machine: a file that names who holds it. */

import { readFileSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, unlessMissing } from './file-errors.ts';

const POLL_MILLISECONDS = 100;
/** A wait is worth a word from here on. */
const PATIENCE_MILLISECONDS = 2000;
/** How long a lock may be without its holder's name before it counts as left behind. */
const GRACE_MILLISECONDS = 5000;

interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When the process started, so that a later process with the same number is not taken for it. */
  readonly start: string;
}

export interface LockOptions {
  /** Called once where the lock is still held after two seconds. */
  readonly onWait: () => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` while the file at `path` is held, and waits for whoever holds it.
 * A lock whose process is gone is taken over. Throws the signal's reason where it aborts the wait.
 */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  await acquire(path, options);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string, { onWait, signal }: LockOptions): Promise<void> {
  const started = Date.now();
  let told = false;
  while (!(await tryAcquire(path))) {
    if (await isLeftBehind(path)) {
      await rm(path, { force: true });
      continue;
    }
    if (!told && Date.now() - started >= PATIENCE_MILLISECONDS) {
      told = true;
      onWait();
    }
    await sleep(POLL_MILLISECONDS, undefined, { signal });
  }
}

async function tryAcquire(path: string): Promise<boolean> {
  const holder: Holder = { host: hostname(), pid: process.pid, start: startOf(process.pid) };
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(JSON.stringify(holder)).finally(() => file.close());
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Another machine's holder can't be looked up and counts as alive. */
async function isLeftBehind(path: string): Promise<boolean> {
  const holder = await readHolder(path);
  if (holder === 'gone') return false;
  if (holder === 'unnamed') return true;
  return holder.host === hostname() && startOf(holder.pid) !== holder.start;
}

async function readHolder(path: string): Promise<Holder | 'gone' | 'unnamed'> {
  for (const started = Date.now(); ; await sleep(POLL_MILLISECONDS)) {
    const text = await readFile(path, 'utf8').catch(unlessMissing);
    if (text === undefined) return 'gone';
    const holder = parseHolder(text);
    if (holder !== undefined) return holder;
    if (Date.now() - started > GRACE_MILLISECONDS) return 'unnamed';
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { host, pid, start } = JSON.parse(text);
    return { host: String(host), pid: Number(pid), start: String(start) };
  } catch {
    return undefined;
  }
}

/** Something that no other process with this number has; empty where no such process runs. */
function startOf(pid: number): string {
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '';
    return afterName.split(' ')[19] ?? '';
  } catch {
    return isRunning(pid) ? 'running' : '';
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
