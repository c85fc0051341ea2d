/** The Docker client: the engine's own program, told which engine by its socket and by nothing else. */

import type { DockerEngine } from '../model.ts';
import { run } from '../run.ts';

export interface DockerOptions {
  readonly signal?: AbortSignal | undefined;
  readonly input?: string;
}

/** Runs `docker ARGS`; returns its stdout. @throws RehearsalError where it fails */
export type Docker = (args: readonly string[], options?: DockerOptions) => Promise<string>;

/** Everything that a rehearsal makes has this label; the value is the rehearsal's name. */
export const LABEL = 'bake-rehearsal';
/** Sandboxes have this one instead, so that a start of the rehearsal leaves them alone. */
export const SANDBOX_LABEL = 'bake-rehearsal.sandbox';
/** Containers that are instances carry the instance's id in this label. */
export const INSTANCE_LABEL = 'bake-rehearsal.instance';

export function dockerClient({ command, host }: Pick<DockerEngine, 'command' | 'host'>): Docker {
  return (args, options = {}) => run(command, args, { ...options, environment: dockerEnvironment(host) });
}

/** No context, proxy setting or registry login of the user's has a say. */
export function dockerEnvironment(host: string): Record<string, string> {
  return {
    DOCKER_HOST: host,
    PATH: process.env.PATH ?? '',
    HOME: '/nonexistent',
    DOCKER_CONFIG: '/nonexistent',
    LANG: 'C.UTF-8',
  };
}

/** An image's name in the engine; each rehearsal has a repository of its own. */
export function imageReference(rehearsal: string, imageId: string): string {
  return `${rehearsal}:${imageId}`;
}

export async function hasImage(docker: Docker, reference: string): Promise<boolean> {
  return (await lines(docker, ['image', 'ls', '--quiet', '--filter', `reference=${reference}`])).length > 0;
}

/** How many instances of this rehearsal have a container that runs. */
export async function runningInstances(docker: Docker, name: string): Promise<number> {
  const filters = [`--filter=label=${LABEL}=${name}`, `--filter=label=${INSTANCE_LABEL}`];
  return (await lines(docker, ['ps', '--quiet', ...filters])).length;
}

/** Stdout as lines, empty ones left out. */
export async function lines(docker: Docker, args: readonly string[]): Promise<string[]> {
  return (await docker(args)).split('\n').filter((line) => line !== '');
}
