/** Where rows measure: a scratch folder, the installed package, a rehearsal, all of the benchmark's own. */

import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { EC2Client } from '@aws-sdk/client-ec2';
import { execa } from 'execa';
import { childEnvironment } from '../rehearsal/src/environment.ts';
import { readConfig } from '../rehearsal/src/server/config.ts';
import { lazily } from '../src/world/lazily.ts';
import { signed } from '../test/support/aws-by-hand.ts';
import type { Ended, Event, Rehearsing, World } from './model.ts';

/** Of every case. */
export const REGION = 'eu-central-1';
export const ROOT = join(import.meta.dirname, '..');

export async function withWorld<T>(use: (world: World) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'bake-bench-'));
  const state = join(scratch, 'rehearsal');
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  const packaged = lazily(() => installPackage(scratch));
  const bake: Bake = async (args, folder, environment = {}) =>
    runBake(join(await packaged(), 'bin', 'bake.js'), args, {
      folder,
      environment: { ...environment, BAKE_REHEARSAL: state },
    });
  let isUp = false;
  const rehearsal = lazily(() => {
    isUp = true;
    return startRehearsal(state, bake);
  });
  try {
    return await use({ scratch, say, packaged, rehearsal });
  } finally {
    // Where no row has asked for a rehearsal, there is none to end, and no package to end it with.
    if (isUp) await bake(['rehearse', 'down'], scratch);
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The folder of an installed package, as npm makes it. */
async function installPackage(scratch: string): Promise<string> {
  const built = join(scratch, 'built');
  const home = join(scratch, 'installed');
  await mkdir(home, { recursive: true });
  await node([join(ROOT, 'scripts', 'build.ts'), built], scratch);
  const [tarball] = (await readdir(built)).filter((name) => name.endsWith('.tgz'));
  await execa('npm', ['install', '--offline', '--prefix', home, join(built, tarball ?? '')], {
    preferLocal: true,
    localDir: ROOT,
  });
  return join(home, 'node_modules', '@bake-ami', 'cli');
}

function node(args: readonly string[], cwd: string) {
  return execa('node', args, { cwd, preferLocal: true, localDir: ROOT, stdin: 'ignore' });
}

type Bake = (
  args: readonly string[],
  folder: string,
  environment?: Readonly<Record<string, string>>,
) => Promise<Ended>;

async function startRehearsal(state: string, bake: Bake): Promise<Rehearsing> {
  done(await bake(['rehearse', 'up', '--yes'], ROOT));
  const config = await readConfig(join(state, 'server-config.json'));
  const { port } = JSON.parse(await readFile(join(state, 'server.json'), 'utf8')) as { port: number };
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    bake: (args, folder, environment) => bake([...args, '--rehearse', '--yes'], folder, environment),
    ec2: new EC2Client({ region: REGION, endpoint, credentials: config }),
    environment: { ...childEnvironment({ endpoint, ...config }, process.env), AWS_REGION: REGION },
    calls: async () => {
      const call = { service: 'rehearsal', path: '/_rehearsal/calls' };
      const calls = JSON.parse(await signed({ endpoint, credentials: config }, { ...call, method: 'GET' }));
      await signed({ endpoint, credentials: config }, { ...call, method: 'DELETE' });
      return (calls as Array<{ action: string }>)
        .map(({ action }) => action)
        .filter((action) => !action.startsWith('rehearsal:'));
    },
  };
}

/** A command that ends with another exit code is the row's to judge. */
async function runBake(
  program: string,
  args: readonly string[],
  options: { readonly folder: string; readonly environment: Readonly<Record<string, string>> },
): Promise<Ended> {
  const startedAt = performance.now();
  const ended = await execa('node', [program, ...args, '--json'], {
    cwd: options.folder,
    env: options.environment,
    preferLocal: true,
    localDir: ROOT,
    reject: false,
    stdin: 'ignore',
    maxBuffer: 1e9,
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const lines = ended.stdout.split('\n').filter((line) => line.startsWith('{'));
  return { exitCode: ended.exitCode, seconds, events: lines.map((line): Event => JSON.parse(line)) };
}

/** @throws where the command did not do its work */
export function done(ended: Ended): Ended {
  if (ended.exitCode !== 0) throw new Error(`bake ended with ${ended.exitCode}: ${failures(ended.events)}`);
  return ended;
}

function failures(events: readonly Event[]): string {
  return events
    .filter(({ type }) => type === 'failure')
    .map(({ failure }) => (failure as { problem: string }).problem)
    .join('; ');
}
