/** Containers to run provisioners in, for tests that need a real machine. */

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { BOOT, machineOptions } from '../../rehearsal/src/machines/boot.ts';
import { type Distribution, type Engine, findEngine } from './engine.ts';

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ContainerOptions {
  readonly distribution: Distribution;
  /** systemd as PID 1, without network; otherwise a process that sleeps, with this machine's network. */
  readonly systemd?: boolean;
  /** Capabilities beyond those of every container: `NET_ADMIN`. */
  readonly capabilities?: readonly string[];
  /** An image made by {@link Container.commit} instead of the distribution's. */
  readonly image?: string;
  /** A folder of this machine whose content is copied to `/` before the start: data for cloud-init. Without, it is off. */
  readonly seed?: string;
}

/** A container of its own, removed when the scope ends. */
export class Container implements AsyncDisposable {
  readonly #engine: Engine;
  readonly #id: string;

  private constructor(engine: Engine, id: string) {
    this.#engine = engine;
    this.#id = id;
  }

  static async start(options: ContainerOptions): Promise<Container> {
    const { distribution, systemd = false, capabilities = [], image, seed } = options;
    const engine = await findEngine(distribution);
    const created = await docker(engine, [
      'create',
      ...engine.labels.map((label) => `--label=${label}`),
      ...(systemd
        ? ['--network=none', ...machineOptions(engine.cgroupVersion)]
        : ['--network=host', '--tmpfs=/run', ...MOUNTS]),
      ...capabilities.map((name) => `--cap-add=${name}`),
      image ?? engine.image,
      ...(systemd
        ? ['/bin/sh', '-c', seed === undefined ? WITHOUT_CLOUD_INIT : BOOT]
        : ['sleep', 'infinity']),
    ]);
    const container = new Container(engine, created.stdout.trim());
    if (seed !== undefined) await container.copyIn(seed, '/');
    await docker(engine, ['start', container.#id]);
    if (systemd) await container.#booted();
    return container;
  }

  /** Runs a program as root; a failure is an outcome, not an error. */
  async exec(argv: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const variables = Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    return await docker(this.#engine, ['exec', ...variables, this.#id, ...argv], { reject: false });
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
    await docker(this.#engine, ['cp', `${folder}/.`, `${this.#id}:${to}`]);
  }

  /** Stops the container and makes its disk an image, which is gone when the scope ends. */
  async commit(): Promise<AsyncDisposable & { readonly id: string }> {
    const engine = this.#engine;
    await docker(engine, ['stop', '--time', '30', this.#id]);
    // With a name: a rehearsal on the same engine removes those that have none.
    const id = `bake-test:${randomUUID()}`;
    await docker(engine, ['commit', this.#id, id]);
    return {
      id,
      [Symbol.asyncDispose]: async () => {
        await docker(engine, ['rmi', '--force', id], { reject: false });
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await docker(this.#engine, ['rm', '--force', '--volumes', this.#id], { reject: false });
  }

  async #booted(): Promise<void> {
    for (const startedAt = Date.now(); Date.now() - startedAt < PATIENCE_MILLISECONDS; await sleep(100)) {
      const state = await this.exec(['systemctl', 'is-system-running', '--wait']);
      if (['running', 'degraded'].includes(state.stdout.trim())) return;
    }
    throw new Error('systemd in the container is not up after two minutes');
  }
}

/** As any machine's root, a step may make namespaces and mount in them. */
const MOUNTS = ['--cap-add=SYS_ADMIN', '--security-opt=apparmor=unconfined'];

/** Long enough for a loaded machine; a boot takes one or two seconds. */
const PATIENCE_MILLISECONDS = 120_000;

/** It would wait for a metadata service that is not there. */
const WITHOUT_CLOUD_INIT = `touch /etc/cloud/cloud-init.disabled\n${BOOT}`;

async function docker(engine: Engine, argv: readonly string[], { reject = true } = {}): Promise<Outcome> {
  const result = await execa(engine.command, ['--host', engine.host, ...argv], {
    reject,
    stdin: 'ignore',
    stripFinalNewline: false,
  });
  return { exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
}
