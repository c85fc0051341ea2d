/** An engine of the rehearsal's own, where the machine runs none: own socket, own data, no firewall rules. */

import { spawn } from 'node:child_process';
import { access, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DockerEngine, RehearsalError } from '../model.ts';
import { describeEngine, engineAnswers } from './engine-api.ts';
import { rememberForwarding, restoreForwarding } from './forwarding.ts';
import { unmountAll } from './mounts.ts';
import type { Place } from './place.ts';
import { endProcesses, findProcesses, type Process } from './processes.ts';
import { findProgram, wholePath } from './programs.ts';
import { tailOf } from './tail.ts';

const START_SECONDS = 60;

export function ownEngineHost({ runtimeFolder }: Place): string {
  return `unix://${socketOf(runtimeFolder)}`;
}

/** Returns the engine, started where it doesn't run. @throws RehearsalError with the end of its log */
export async function startOwnEngine(place: Place, signal?: AbortSignal): Promise<DockerEngine> {
  const command = await findProgram('docker');
  const program = await findProgram('dockerd');
  if (command === undefined || program === undefined) throw new Error('the engine is not installed');
  const socket = socketOf(place.runtimeFolder);
  if (!(await engineAnswers(socket))) await launch(program, place, signal);
  const { cgroupVersion, derivesMac } = await describeEngine(socket);
  return { command, host: ownEngineHost(place), own: true, cgroupVersion, derivesMac };
}

/** Whether there is anything of such an engine: a process, or what a crashed one left until the next reboot. */
export async function ownEngineLeft(place: Place): Promise<boolean> {
  return (await exists(place.runtimeFolder)) || (await engineProcesses(place)).length > 0;
}

/** Ends it and removes all that it kept. Containers and networks have to be gone before. */
export async function removeOwnEngine(place: Place): Promise<void> {
  await endDaemon(place);
  await endProcesses(await engineProcesses(place));
  for (const folder of [place.runtimeFolder, dataFolder(place)]) {
    await unmountAll(folder);
    await rm(folder, { recursive: true, force: true });
  }
  await restoreForwarding();
}

async function launch(program: string, place: Place, signal?: AbortSignal): Promise<void> {
  await endDaemon(place);
  // Of a killed one these are left, and another process, or none that can answer, has the number by now.
  for (const file of ['dockerd.pid', 'exec/containerd/containerd.pid']) {
    await rm(join(place.runtimeFolder, file), { force: true });
  }
  await mkdir(place.runtimeFolder, { recursive: true, mode: 0o700 });
  await rememberForwarding();
  await writeFile(configFile(place), JSON.stringify(settings(place), null, 2));
  const log = join(place.stateFolder, 'dockerd.log');
  const output = await open(log, 'w', 0o600);
  const child = spawn(program, ['--config-file', configFile(place)], {
    detached: true,
    env: { PATH: wholePath(), HOME: '/root', LANG: 'C.UTF-8' },
    stdio: ['ignore', output.fd, output.fd],
  });
  child.once('error', () => {});
  child.unref();
  await output.close();
  await untilReady(() => child.exitCode, place, log, signal);
}

function settings(place: Place) {
  return {
    hosts: [ownEngineHost(place)],
    'data-root': dataFolder(place),
    'exec-root': join(place.runtimeFolder, 'exec'),
    pidfile: join(place.runtimeFolder, 'dockerd.pid'),
    bridge: 'none',
    iptables: false,
    ip6tables: false,
  };
}

async function untilReady(
  exitCode: () => number | null,
  place: Place,
  log: string,
  signal?: AbortSignal,
): Promise<void> {
  const end = Date.now() + START_SECONDS * 1000;
  while (!(await engineAnswers(socketOf(place.runtimeFolder)))) {
    const exited = exitCode();
    if (exited !== null || Date.now() > end) {
      const how =
        exited === null ? `did not start within ${START_SECONDS} s` : `ended with exit code ${exited}`;
      throw new RehearsalError('failed', `the Docker engine ${how}: ${await tailOf(log)}`, {
        log,
        remedy: 'the log says what is in its way; an engine that the machine runs is used where there is one',
      });
    }
    await sleep(100, undefined, signal === undefined ? {} : { signal });
  }
}

/** Ends the engine but not its containers' supervisors: by them a new one finds the containers and ends them. */
async function endDaemon(place: Place): Promise<void> {
  for (const daemon of ['dockerd', 'containerd']) {
    await endProcesses((await engineProcesses(place)).filter(({ program }) => program === daemon));
  }
}

const ENGINE_PROGRAMS = /^(dockerd|containerd|containerd-shim.*)$/;

function engineProcesses(place: Place): Promise<Process[]> {
  const isOurs = (argument: string) =>
    argument === configFile(place) || argument.startsWith(`${place.runtimeFolder}/`);
  return findProcesses(({ program, args }) => ENGINE_PROGRAMS.test(program) && args.some(isOurs));
}

const socketOf = (runtimeFolder: string) => join(runtimeFolder, 'docker.sock');
const configFile = ({ stateFolder }: Place) => join(stateFolder, 'dockerd.json');
const dataFolder = ({ stateFolder }: Place) => join(stateFolder, 'docker');

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
