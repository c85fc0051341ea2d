/** The rehearsal of `npm run test:machine`, for tests that bake and boot. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
  waitUntilInstanceRunning,
} from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { execa } from 'execa';
import { z } from 'zod';
import { readConfig } from '../../rehearsal/src/server/config.ts';
import { type Control, controlOf } from './own-rehearsal.ts';

const ROOT = join(import.meta.dirname, '..', '..');

const SERVER = z.object({ port: z.number() });

/** Where the tests' rehearsal keeps its state; `npm run test:machine` sets it. */
export const STATE = process.env.BAKE_REHEARSAL;

/** `bake ARGS` as a user runs it. */
export async function bake(
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly environment?: Readonly<Record<string, string>>;
    /** What is piped into it; nothing unless told. */
    readonly input?: string;
  },
) {
  const { exitCode, stdout, stderr } = await execa('node', [join(ROOT, 'bin', 'bake.js'), ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.environment },
    preferLocal: true,
    localDir: ROOT,
    reject: false,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
  });
  return { exitCode, stdout, stderr };
}

/** {@link bake} with `--json`: the events, and what they say of the result, failures and all else. */
export async function bakeJson(args: readonly string[], options: Parameters<typeof bake>[1]) {
  const ended = await bake([...args, '--json'], options);
  const events = ended.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const ofType = (type: string) => events.filter((event) => event.type === type);
  return {
    ...ended,
    events,
    ofType,
    /** Undefined where the command has failed before it had one. */
    value: ofType('result')[0]?.value,
    failures: ofType('failure').map(({ failure }) => failure.problem),
  };
}

/** The settings of a client of the AWS SDK for the rehearsal; `state`: another than that of the tests. */
export async function clientSettings(region: string, state = STATE) {
  if (state === undefined) throw new Error('BAKE_REHEARSAL does not say where the rehearsal is');
  const server = await readFile(join(state, 'server.json'), 'utf8').catch(() => undefined);
  if (server === undefined)
    throw new Error(
      `no rehearsal runs in ${state}, which BAKE_REHEARSAL names: \`bake rehearse up\` starts one`,
    );
  const config = await readConfig(join(state, 'server-config.json'));
  const { port } = SERVER.parse(JSON.parse(server));
  return { config, settings: { region, endpoint: `http://127.0.0.1:${port}`, credentials: config } };
}

/** A call to the rehearsal itself: `control('PUT', 'faults', [])`. */
export const control: Control = async (...call) => {
  const { settings } = await clientSettings('eu-central-1');
  return controlOf(settings)(...call);
};

/** The S3 of the rehearsal. */
export async function rehearsalS3(region: string): Promise<S3Client> {
  return new S3Client({ ...(await clientSettings(region)).settings, forcePathStyle: true });
}

/** The EC2 of the rehearsal. */
export async function rehearsalEc2(region: string): Promise<EC2Client> {
  return new EC2Client((await clientSettings(region)).settings);
}

/** Boots an AMI of the rehearsal; `bash` runs a line as root on it. Terminated when the scope ends. */
export async function boot(imageId: string, region: string, instanceProfile?: string) {
  const { config, settings } = await clientSettings(region);
  const client = new EC2Client(settings);
  const launched = await client.send(
    new RunInstancesCommand({
      ...{ ImageId: imageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 },
      ...(instanceProfile === undefined ? {} : { IamInstanceProfile: { Name: instanceProfile } }),
    }),
  );
  const instanceId = launched.Instances?.[0]?.InstanceId ?? '';
  await waitUntilInstanceRunning(
    { client, minDelay: 1, maxDelay: 1, maxWaitTime: 60 },
    { InstanceIds: [instanceId] },
  );
  const bash = async (line: string) => {
    const { command, host } = config.docker;
    const { stdout } = await execa(command, [
      '--host',
      host,
      'exec',
      `${config.name}-${instanceId}`,
      'bash',
      '-c',
      line,
    ]);
    return stdout;
  };
  for (let attempt = 0; attempt < 120; attempt += 1) {
    const state = await bash('systemctl is-system-running || true').catch(() => '');
    if (/running|degraded/.test(state)) break;
    await sleep(500);
  }
  return {
    instanceId,
    bash,
    [Symbol.asyncDispose]: async () => {
      await client.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
    },
  };
}
