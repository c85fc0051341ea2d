/** The rehearsal's server as a process of its own that outlives the command. */

import { spawn } from 'node:child_process';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { RehearsalError } from '../model.ts';
import { type Place, readJson } from './place.ts';
import { endProcesses, findProcesses } from './processes.ts';
import { wholePath } from './programs.ts';
import { tailOf } from './tail.ts';

const PROGRAM = join(import.meta.dirname, '..', 'server', 'main.ts');
const START_SECONDS = 60;

const ANNOUNCEMENT = z.object({ pid: z.number(), port: z.number() });

/** Where the server answers; undefined where none does that knows the secret. */
export async function runningServer(place: Place, secret: string): Promise<string | undefined> {
  const announced = await readJson(place.serverFile, ANNOUNCEMENT);
  if (announced === undefined) return undefined;
  const endpoint = `http://127.0.0.1:${announced.port}`;
  return (await knowsSecret(endpoint, secret)) ? endpoint : undefined;
}

/** Starts it and waits until it answers. @throws RehearsalError with the end of its log */
export async function startServerProcess(
  place: Place,
  secret: string,
  signal?: AbortSignal,
): Promise<string> {
  await rm(place.serverFile, { force: true });
  const output = await open(place.serverLog, 'w', 0o600);
  const child = spawn(process.execPath, [PROGRAM, place.configFile], {
    detached: true,
    env: { PATH: wholePath(), HOME: process.env.HOME ?? '/', LANG: 'C.UTF-8', NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', output.fd, output.fd],
  });
  child.unref();
  await output.close();
  const end = Date.now() + START_SECONDS * 1000;
  for (;;) {
    const endpoint = await runningServer(place, secret);
    if (endpoint !== undefined) return endpoint;
    if (child.exitCode !== null || Date.now() > end) {
      throw new RehearsalError(
        'failed',
        `the rehearsal's server did not start: ${await tailOf(place.serverLog)}`,
        {
          log: place.serverLog,
          remedy: 'run `bake rehearse down`, then the same command again',
        },
      );
    }
    await sleep(50, undefined, signal === undefined ? {} : { signal });
  }
}

/** Ends it, and what a crashed one left: it is known by the configuration that it was started with. */
export async function stopServerProcess(place: Place): Promise<void> {
  await endProcesses(await findProcesses(({ args }) => args.includes(place.configFile)));
  await endProcesses(
    await findProcesses(({ args }) =>
      args.some((argument) => argument.includes(`${place.stateFolder}/moto`)),
    ),
  );
  await rm(place.serverFile, { force: true });
}

async function knowsSecret(endpoint: string, secret: string): Promise<boolean> {
  const nonce = randomBytes(16).toString('hex');
  try {
    const response = await fetch(`${endpoint}/_rehearsal/hello?nonce=${nonce}`, {
      redirect: 'error',
      signal: AbortSignal.timeout(2000),
    });
    const proof = Buffer.from(await response.text());
    const expected = Buffer.from(createHmac('sha256', secret).update(nonce).digest('hex'));
    return proof.length === expected.length && timingSafeEqual(proof, expected);
  } catch {
    return false;
  }
}
