/** The door to the user's own checks: commands that say by their exit code whether a rollout may go on. */

import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { CheckPlace, CheckResult, CommandCheck } from '../rollout/checks/model.ts';

export interface CheckWorld {
  /** The folder of the fleet file. */
  readonly folder: string;
  /** Of the commands; what they are told of the rollout comes on top. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** What a failed check says at most. */
const LONGEST_WHY = 300;

/** Runs a command to its end, or to its limit: then it and all that it has begun are killed. Never throws. */
export async function runCheck(
  { run, limitSeconds }: CommandCheck,
  place: CheckPlace,
  { folder, environment, signal }: CheckWorld,
): Promise<CheckResult> {
  const running = execa('/bin/sh', ['-c', run], {
    cwd: folder,
    env: { ...environment, ...told(place) },
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    reject: false,
    // A group of its own: what a shell has begun does not end with the shell.
    detached: true,
  });
  const stop = () => killAll(running.pid);
  signal.addEventListener('abort', stop, { once: true });
  const limit = new AbortController();
  try {
    const ended = await Promise.race([
      running,
      sleep(limitSeconds * 1000, undefined, { signal: limit.signal }),
    ]);
    if (ended === undefined) return failed(`not ended after ${limitSeconds} s`);
    if (ended.exitCode === 0) return { passed: true, why: '' };
    return failed(`${endOf(ended)}${lastLineOf(ended.all)}`);
  } finally {
    limit.abort();
    signal.removeEventListener('abort', stop);
    stop();
  }
}

function told({ group, region, imageId, refreshId, stage, instances }: CheckPlace): Record<string, string> {
  return {
    BAKE_GROUP: group,
    BAKE_REGION: region,
    BAKE_IMAGE: imageId,
    BAKE_REFRESH: refreshId,
    BAKE_STAGE: stage.kind,
    BAKE_PERCENT: String(stage.percent),
    BAKE_INSTANCES: instances.join(' '),
  };
}

function endOf({ exitCode, signal }: { exitCode?: number | undefined; signal?: string | undefined }): string {
  if (exitCode !== undefined) return `exit code ${exitCode}`;
  return signal === undefined ? 'it could not be started' : `ended by ${signal}`;
}

function lastLineOf(output: string | undefined): string {
  const line = (output ?? '').trimEnd().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? '' : `: ${line}`;
}

function failed(why: string): CheckResult {
  return { passed: false, why: why.length <= LONGEST_WHY ? why : `${why.slice(0, LONGEST_WHY - 1)}…` };
}

function killAll(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}
