/** The Docker engine that this machine runs already, if a rehearsal can use it. */

import { execa } from 'execa';
import type { DockerEngine } from '../model.ts';
import { describeEngine, type EngineDescription, socketOf } from './engine-api.ts';
import { findProgram } from './programs.ts';

export interface EngineSearch {
  readonly engine: DockerEngine | undefined;
  /** Why engines that are there can't be used. */
  readonly refusals: readonly string[];
}

const OLDEST = [20, 10] as const;
const DEFAULT_SOCKET = 'unix:///var/run/docker.sock';

/** Asks at the sockets that the user's environment, the client's context and habit name, in this order. */
export async function searchEngine(environment: NodeJS.ProcessEnv = process.env): Promise<EngineSearch> {
  const command = await findProgram('docker');
  const hosts = new Set([environment.DOCKER_HOST, await contextHost(command), DEFAULT_SOCKET]);
  const refusals: string[] = [];
  for (const host of hosts) {
    if (host === undefined || host === '') continue;
    const { description, refusal } = await ask(host);
    if (refusal !== undefined) refusals.push(refusal);
    if (description === undefined) continue;
    if (command === undefined)
      refusals.push(`the engine at ${host} runs, but its client, docker, is missing`);
    else {
      const { cgroupVersion, derivesMac } = description;
      return { engine: { command, host, own: false, cgroupVersion, derivesMac }, refusals };
    }
  }
  return { engine: undefined, refusals };
}

/** The engine that the client would talk to. */
async function contextHost(command: string | undefined): Promise<string | undefined> {
  if (command === undefined) return undefined;
  const { stdout, failed } = await execa(
    command,
    ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'],
    { reject: false, stdin: 'ignore', timeout: 5000 },
  );
  return failed ? undefined : stdout.trim();
}

async function ask(host: string): Promise<{ description?: EngineDescription; refusal?: string }> {
  if (!host.startsWith('unix://')) {
    return { refusal: `the engine at ${host} is not reached by a socket of this machine` };
  }
  try {
    const description = await describeEngine(socketOf({ host }));
    const reason = whyUnusable(description);
    return reason === undefined ? { description } : { refusal: `the engine at ${host} ${reason}` };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return {};
    if (code === 'EACCES') return { refusal: `${host} may not be used by this user` };
    return { refusal: `the engine at ${host} gave no answer that makes sense` };
  }
}

/** Pure. Undefined: a rehearsal can use it. */
export function whyUnusable(engine: EngineDescription): string | undefined {
  if (engine.osType !== 'linux') return 'does not run Linux';
  if (engine.operatingSystem === 'Docker Desktop') return 'runs in a virtual machine (Docker Desktop)';
  if (engine.rootless) return 'is rootless, and containers of one cannot be reached as instances are';
  const [major = 0, minor = 0] = engine.version.split('.').map((part) => Number.parseInt(part, 10));
  const tooOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  return tooOld ? `is too old: ${engine.version}, and ${OLDEST.join('.')} is needed` : undefined;
}
