/** The server: a process of its own that outlives the command. */

import { spawn } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Rehearsal, RehearsalError, type ServerConfig } from '../model.ts';
import { provesItself } from '../proof.ts';
import { readConfig } from '../server/config.ts';
import { engineAnswers, socketOf } from './engine-api.ts';
import { type Place, readJson, writeJson } from './place.ts';
import { endProcesses, findProcesses, type Process } from './processes.ts';
import { wholePath } from './programs.ts';
import { tailOf } from './tail.ts';

/** TypeScript in a clone, JavaScript in the published package: as this file. */
export const SERVER_PROGRAM = join(
  import.meta.dirname,
  '..',
  'server',
  `main${extname(import.meta.filename)}`,
);

const ANNOUNCEMENT = z.object({ pid: z.number(), port: z.number() });
const START_SECONDS = 60;

/** The rehearsal that runs in this place and has proven to know its secret; undefined where none does. */
export async function findRunning(
  place: Place,
): Promise<{ rehearsal: Rehearsal; config: ServerConfig } | undefined> {
  const config = await readConfig(place.configFile).catch(() => undefined);
  if (config === undefined) return undefined;
  if (!(await engineAnswers(socketOf(config.docker)))) return undefined;
  const announcement = await readJson(place.serverFile, ANNOUNCEMENT);
  if (announcement === undefined) return undefined;
  const endpoint = `http://127.0.0.1:${announcement.port}`;
  if (!(await provesItself(endpoint, config.secretAccessKey))) return undefined;
  return { rehearsal: rehearsalOf(endpoint, config), config };
}

/** @throws RehearsalError with the end of the server's log where it doesn't get ready */
export async function startServerProcess(
  place: Place,
  config: ServerConfig,
  options: { readonly program: string; readonly signal?: AbortSignal | undefined },
): Promise<Rehearsal> {
  await rm(place.serverFile, { force: true });
  await writeJson(place.configFile, config);
  const log = await open(place.serverLog, 'w', 0o600);
  const child = spawn(process.execPath, [options.program, place.configFile], {
    cwd: place.stateFolder,
    detached: true,
    env: { PATH: wholePath(), LANG: 'C.UTF-8' },
    stdio: ['ignore', log.fd, log.fd],
  });
  child.once('error', () => {});
  child.unref();
  await log.close();
  try {
    return await untilReady(place, () => child.exitCode ?? child.signalCode, options.signal);
  } catch (error) {
    await endServerProcesses(place);
    throw error;
  }
}

async function untilReady(
  place: Place,
  ended: () => number | string | null,
  signal: AbortSignal | undefined,
): Promise<Rehearsal> {
  const deadline = Date.now() + START_SECONDS * 1000;
  for (;;) {
    const running = await findRunning(place);
    if (running !== undefined) return running.rehearsal;
    const how = ended();
    if (how !== null || Date.now() > deadline) {
      const what = how === null ? `was not ready after ${START_SECONDS} s` : `ended at its start (${how})`;
      throw new RehearsalError('failed', `the rehearsal's server ${what}: ${await tailOf(place.serverLog)}`, {
        log: place.serverLog,
      });
    }
    await sleep(50, undefined, signal === undefined ? {} : { signal });
  }
}

/** Ends the server of this place, and a moto that a crashed one left behind. */
export async function endServerProcesses(place: Place): Promise<void> {
  await endProcesses(await findProcesses((candidate) => isServer(candidate, place)));
  await endProcesses(await findProcesses((candidate) => isMoto(candidate, place)));
  await rm(place.serverFile, { force: true });
}

/** Whether any process of the server is there. */
export async function serverLeft(place: Place): Promise<boolean> {
  const found = await findProcesses((candidate) => isServer(candidate, place) || isMoto(candidate, place));
  return found.length > 0;
}

function isServer({ program, args }: Process, place: Place): boolean {
  return program.startsWith('node') && args.includes(place.configFile);
}

function isMoto({ program, args }: Process, place: Place): boolean {
  return program.startsWith('python') && args.includes(place.name);
}

function rehearsalOf(endpoint: string, config: ServerConfig): Rehearsal {
  const { accountId, accessKeyId, secretAccessKey } = config;
  return { endpoint, accountId, accessKeyId, secretAccessKey, sshSource: '127.0.0.1/32' };
}
