/** Tells when containers end, from the engine's stream of events. */

import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { z } from 'zod';
import type { DockerEngine } from '../model.ts';
import { dockerEnvironment, INSTANCE_LABEL, LABEL } from './docker.ts';

const ATTRIBUTES = z.looseObject({ [INSTANCE_LABEL]: z.string() });

const PAUSE_MILLISECONDS = 1000;

/** Calls `ended` with the instance's id until `signal` aborts. A stream that breaks is opened again. */
export async function watchEnds(
  { command, host }: Pick<DockerEngine, 'command' | 'host'>,
  name: string,
  ended: (instanceId: string) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const stream = execa(command, ['events', ...eventOptions(name)], {
      env: dockerEnvironment(host),
      extendEnv: false,
      cancelSignal: signal,
      stdin: 'ignore',
      stderr: 'ignore',
      buffer: false,
      reject: false,
    });
    for await (const line of stream) {
      const instanceId = instanceOf(line);
      if (instanceId !== undefined) ended(instanceId);
    }
    await sleep(PAUSE_MILLISECONDS, undefined, { signal }).catch(() => undefined);
  }
}

function eventOptions(name: string): string[] {
  return [
    '--filter=type=container',
    '--filter=event=die',
    `--filter=label=${LABEL}=${name}`,
    '--format={{json .Actor.Attributes}}',
  ];
}

/** Pure. Undefined for containers that are no instances. */
export function instanceOf(line: string): string | undefined {
  return ATTRIBUTES.safeParse(JSON.parse(line)).data?.[INSTANCE_LABEL];
}
