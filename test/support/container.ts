/**
 * Containers to run provisioners in, for tests that need a real machine.
 * This file alone decides which Docker engine and which images they use.
 */

import { execa } from 'execa';

export type Distribution = 'debian-12' | 'debian-13';

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Why no test with this distribution can run here, or undefined. Tests pass it to node:test as `skip`. */
export function whyNoContainer(distribution: Distribution): string | undefined {
  const missing = ['BAKE_TEST_DOCKER_HOST', imageVariable(distribution)].filter(
    (name) => process.env[name] === undefined,
  );
  if (missing.length === 0) return undefined;
  return `NOT RUN: needs a Docker engine and a root filesystem with systemd, sshd and cloud-init; set ${missing.join(' and ')}`;
}

export interface ContainerOptions {
  readonly distribution: Distribution;
  /** systemd as PID 1, without network; otherwise a process that sleeps, with the engine's network. */
  readonly systemd?: boolean;
  /** An image made by {@link Container.commit} instead of the distribution's. */
  readonly image?: string;
  /** A folder of this machine whose content is copied to `/` before the start. */
  readonly seed?: string;
}

/** A container of its own, removed when the scope ends. */
export class Container implements AsyncDisposable {
  readonly #id: string;

  private constructor(id: string) {
    this.#id = id;
  }

  static async start(options: ContainerOptions): Promise<Container> {
    const image = options.image ?? process.env[imageVariable(options.distribution)] ?? '';
    const mode = options.systemd === true ? SYSTEMD : PLAIN;
    const created = await docker(['create', '--tmpfs', '/run', ...mode.flags, image, ...mode.command]);
    const container = new Container(created.stdout.trim());
    if (options.seed !== undefined) await container.copyIn(options.seed, '/');
    await docker(['start', container.#id]);
    if (options.systemd === true) await container.#booted();
    return container;
  }

  /** Runs a program as root; a failure is an outcome, not an error. */
  async exec(argv: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const variables = Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    return await docker(['exec', ...variables, this.#id, ...argv], { reject: false });
  }

  /** Runs a line of bash that must succeed; returns what it printed. */
  async bash(line: string): Promise<string> {
    const outcome = await this.exec(['bash', '-c', line]);
    if (outcome.exitCode !== 0) {
      throw new Error(`${line}: exit code ${outcome.exitCode}: ${outcome.stderr}${outcome.stdout}`);
    }
    return outcome.stdout;
  }

  /** Copies the content of a folder of this machine; owner root, modes as they are. */
  async copyIn(folder: string, to: string): Promise<void> {
    await docker(['cp', `${folder}/.`, `${this.#id}:${to}`]);
  }

  /** The container's disk as an image; the caller removes it. */
  async commit(): Promise<string> {
    await docker(['stop', '--time', '30', this.#id]);
    return (await docker(['commit', this.#id])).stdout.trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await docker(['rm', '--force', '--volumes', this.#id], { reject: false });
  }

  async #booted(): Promise<void> {
    for (let second = 0; second < 60; second++) {
      const state = await this.exec(['systemctl', 'is-system-running', '--wait']);
      if (['running', 'degraded'].includes(state.stdout.trim())) return;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    throw new Error('systemd in the container is not up after a minute');
  }
}

export async function removeImage(image: string): Promise<void> {
  await docker(['rmi', '--force', image], { reject: false });
}

const PLAIN = { flags: ['--network', 'host'], command: ['sleep', 'infinity'] };
const SYSTEMD = {
  flags: [
    ...['--network', 'none', '--cap-add', 'SYS_ADMIN', '--tmpfs', '/run/lock', '--stop-signal', 'SIGRTMIN+3'],
    ...['--volume', '/sys/fs/cgroup:/sys/fs/cgroup:ro'],
  ],
  command: ['/sbin/init'],
};

function imageVariable(distribution: Distribution): string {
  return `BAKE_TEST_IMAGE_${distribution.toUpperCase().replace('-', '_')}`;
}

async function docker(argv: readonly string[], { reject = true } = {}): Promise<Outcome> {
  const host = process.env.BAKE_TEST_DOCKER_HOST ?? '';
  const result = await execa('docker', ['--host', host, ...argv], {
    reject,
    stdin: 'ignore',
    stripFinalNewline: false,
  });
  return { exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
}
