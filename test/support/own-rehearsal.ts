/** A rehearsal of somebody's own, and bake run in it: for the benchmark and the faults. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { EC2Client } from '@aws-sdk/client-ec2';
import { execa } from 'execa';
import { childEnvironment } from '../../rehearsal/src/environment.ts';
import { readConfig } from '../../rehearsal/src/server/config.ts';
import { type Caller, signed } from './aws-by-hand.ts';

/** Of every case. */
export const REGION = 'eu-central-1';
const ROOT = join(import.meta.dirname, '..', '..');

export interface Ended {
  /** Undefined where a signal has ended it. */
  readonly exitCode: number | undefined;
  readonly seconds: number;
  readonly events: readonly Event[];
  /** What it wrote besides the events. */
  readonly stderr: string;
}

/** One line of `--json`. */
export type Event = Readonly<Record<string, unknown>> & { readonly type: string };

export type Bake = (
  args: readonly string[],
  folder: string,
  environment?: Readonly<Record<string, string>>,
) => Promise<Ended>;

export interface OwnRehearsal {
  /** `bake ARGS --json --rehearse --yes` in a folder. */
  readonly bake: Bake;
  /** The environment in which Packer reaches it. */
  readonly environment: Readonly<Record<string, string>>;
  /** `service:Action` of each call since it was last asked. */
  readonly calls: () => Promise<string[]>;
  /** A call to the rehearsal itself: `control('PUT', 'faults', [])`. */
  readonly control: Control;
  readonly caller: Caller;
  readonly ec2: EC2Client;
}

export type Control = (method: string, path: string, body?: unknown) => Promise<unknown>;

export async function openOwnRehearsal(state: string, bake: Bake): Promise<OwnRehearsal> {
  done(await bake(['rehearse', 'up', '--yes'], ROOT));
  const config = await readConfig(join(state, 'server-config.json'));
  const { port } = JSON.parse(await readFile(join(state, 'server.json'), 'utf8')) as { port: number };
  const endpoint = `http://127.0.0.1:${port}`;
  const caller = { endpoint, credentials: config };
  const control = controlOf(caller);
  return {
    bake: (args, folder, environment) => bake([...args, '--rehearse', '--yes'], folder, environment),
    ec2: new EC2Client({ region: REGION, endpoint, credentials: config }),
    environment: { ...childEnvironment({ endpoint, ...config }, process.env), AWS_REGION: REGION },
    control,
    caller,
    calls: async () => {
      const calls = await control('GET', 'calls');
      await control('DELETE', 'calls');
      return (calls as Array<{ action: string }>)
        .map(({ action }) => action)
        .filter((action) => !action.startsWith('rehearsal:'));
    },
  };
}

export function controlOf(caller: Caller): Control {
  return async (method, path, body) => {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const call = { service: 'rehearsal', method, path: `/_rehearsal/${path}`, ...content };
    return JSON.parse(await signed(caller, call));
  };
}

/** Starts `PROGRAM ARGS --json`, with the Node of this repository. */
export function startBake(
  program: string,
  args: readonly string[],
  options: {
    readonly folder: string;
    readonly environment: Readonly<Record<string, string>>;
    /** In a process group of its own, for signals to that group. */
    readonly detached?: boolean;
  },
) {
  return execa('node', [program, ...args, '--json'], {
    cwd: options.folder,
    env: options.environment,
    preferLocal: true,
    localDir: ROOT,
    reject: false,
    stdin: 'ignore',
    maxBuffer: 1e9,
    detached: options.detached ?? false,
  });
}

/** A command that ends with another exit code is the caller's to judge. */
export async function endOf(
  child: ReturnType<typeof startBake>,
  startedAt = performance.now(),
): Promise<Ended> {
  const { exitCode, stdout, stderr } = await child;
  const seconds = (performance.now() - startedAt) / 1000;
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  return { exitCode, seconds, stderr, events: lines.flatMap(readEvent) };
}

/** A killed command may leave half a line. */
function readEvent(line: string): Event[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}

/** @throws where the command did not do its work */
export function done(ended: Ended): Ended {
  if (ended.exitCode !== 0)
    throw new Error(`bake ended with ${ended.exitCode}: ${failures(ended.events)} ${ended.stderr}`);
  return ended;
}

function failures(events: readonly Event[]): string {
  return events
    .filter(({ type }) => type === 'failure')
    .map(({ failure }) => (failure as { problem: string }).problem)
    .join('; ');
}
