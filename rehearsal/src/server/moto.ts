/**
 * moto as a child process. It checks no signatures, so it listens on a Unix socket in a folder that
 * only its owner can enter: nobody reaches it but through this server.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './calls.ts';

export interface Moto {
  readonly socketPath: string;
  /** Why it ended; undefined while it runs. */
  ended(): string | undefined;
  stop(): Promise<void>;
}

export interface MotoOptions {
  /** Command that starts moto's server, without host and port. */
  readonly command: readonly string[];
  /** A folder of its own for its socket; created for its owner only. */
  readonly folder: string;
  readonly accountId: string;
  readonly log: Log;
  /** How long the start may take; a minute unless told. */
  readonly startMilliseconds?: number;
}

/** Starts moto and returns when it takes connections. @throws Error where it ends before that */
export async function startMoto(options: MotoOptions): Promise<Moto> {
  const folder = await socketFolder(options.folder);
  const socketPath = join(folder, 'moto.sock');
  const images = join(folder, 'images.json');
  await rm(socketPath, { force: true });
  await writeFile(images, '[]');
  const [program = '', ...args] = options.command;
  const child = spawn(program, [...args, '--host', `unix://${socketPath}`, '--port', '1'], {
    cwd: folder,
    env: environment(options.accountId, images),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = follow(child, options.log);
  const stop = () => stopChild(child, ended);
  try {
    await untilReachable(socketPath, ended, options.startMilliseconds ?? 60_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return { socketPath, ended, stop };
}

/** A Unix socket's path can't be longer on Linux. */
const LONGEST_SOCKET_PATH = 107;

async function socketFolder(folder: string): Promise<string> {
  if (Buffer.byteLength(join(folder, 'moto.sock')) > LONGEST_SOCKET_PATH) {
    return await mkdtemp(join(tmpdir(), 'rehearsal-'));
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Nothing is inherited but what a program needs to run at all: no AWS_*, no proxies, no PYTHON*. */
function environment(accountId: string, images: string): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return {
    PATH,
    HOME,
    LANG: 'C.UTF-8',
    PYTHONUNBUFFERED: '1',
    NO_COLOR: '1',
    MOTO_ACCOUNT_ID: accountId,
    // With an empty list moto need not read its own 1.2 MB of images: this server keeps those that exist.
    MOTO_AMIS_PATH: images,
    S3_IGNORE_SUBDOMAIN_BUCKETNAME: 'true',
  };
}

/** Passes on what moto complains about, but not its lines about requests: they may hold signatures. */
function follow(child: ChildProcess, log: Log): () => string | undefined {
  let end: string | undefined;
  const finish = (why: string) => {
    if (end !== undefined) return;
    end = why;
    log(`moto ended: ${why}`);
  };
  child.once('error', (error) => finish(error.message));
  child.once('exit', (code, signal) => finish(signal === null ? `exit code ${code}` : `signal ${signal}`));
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (!/HTTP\/1\.\d/.test(line)) log(`moto: ${line}`);
    });
  }
  return () => end;
}

async function untilReachable(
  socketPath: string,
  ended: () => string | undefined,
  limit: number,
): Promise<void> {
  const start = Date.now();
  while (!(await reachable(socketPath))) {
    if (ended() !== undefined) throw new Error(`moto did not start: ${ended()}`);
    if (Date.now() - start > limit) throw new Error(`moto did not start within ${limit} ms`);
    await sleep(50);
  }
}

function reachable(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

const PATIENCE_MILLISECONDS = 3000;

async function stopChild(child: ChildProcess, ended: () => string | undefined): Promise<void> {
  if (ended() !== undefined) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const impatience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MILLISECONDS);
  child.kill('SIGTERM');
  await exited;
  clearTimeout(impatience);
}
