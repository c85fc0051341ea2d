/** Debian in the rehearsal's Docker engine, for work that needs a machine of its own and no AWS. */

import { randomUUID } from 'node:crypto';
import { execa } from 'execa';
import {
  type Docker,
  dockerClient,
  dockerEnvironment,
  hasImage,
  imageReference,
  LABEL,
  SANDBOX_LABEL,
} from './machines/docker.ts';
import type {
  DockerEngine,
  KeptMachine,
  Sandbox,
  SandboxMachine,
  SandboxUse,
  SourceImage,
  UpOptions,
} from './model.ts';
import { openPlace, type Place } from './setup/place.ts';
import { ensureImage, locked, provide, refuseOtherSystems, startOwn } from './setup/provide.ts';
import { findRunning } from './setup/server-process.ts';
import { sourceImages } from './setup/source-images.ts';

/** A machine that nobody takes away, as after a SIGKILL, goes by itself then: longer than any compiler takes. */
const LIFE_SECONDS = 3600;

const NOTE_LABEL = 'bake-rehearsal.sandbox.note';

/**
 * The engine runs and has the Debian when this ends; the AWS is neither needed nor started.
 * @throws RehearsalError
 */
export async function openSandbox(
  options: UpOptions,
  distribution: SourceImage['distribution'],
): Promise<Sandbox> {
  refuseOtherSystems();
  const place = await openPlace(options.stateFolder);
  const source = sourceImages().find((image) => image.distribution === distribution);
  if (source === undefined) throw new Error(`no source image is ${distribution}`);
  const engine = await locked(place, options, () => engineOf(place, options));
  const docker = dockerClient(engine);
  const reference = imageReference(place.name, source.imageId);
  const ensure = () => locked(place, options, () => ensureImage(docker, source, place, options));
  await ensure();
  return {
    imageId: source.imageId,
    content: await docker(['image', 'inspect', '--format={{.Id}}', reference]),
    find: (name) => find(docker, keptReference(place, name)),
    use: async (use, work) => {
      // A first start of the rehearsal, by somebody else since then, has taken it away.
      if (use.image === undefined) await ensure();
      return usingMachine({ engine, docker, place, reference, signal: options.signal }, use, work);
    },
  };
}

/** That of the rehearsal where it runs, so that both share what they have. */
async function engineOf(place: Place, options: UpOptions): Promise<DockerEngine> {
  const running = await findRunning(place);
  if (running !== undefined) return running.config.docker;
  const { engine } = await provide(options, ['engine', 'builder']);
  return engine ?? startOwn(place, options);
}

function keptReference({ name }: Place, kept: string): string {
  return imageReference(name, `sandbox-${kept}`);
}

async function find(docker: Docker, reference: string): Promise<KeptMachine | undefined> {
  if (!(await hasImage(docker, reference))) return undefined;
  const format = `--format={{index .Config.Labels "${NOTE_LABEL}"}}`;
  return { reference, note: await docker(['image', 'inspect', format, reference]) };
}

interface Workshop {
  readonly engine: DockerEngine;
  readonly docker: Docker;
  readonly place: Place;
  readonly reference: string;
  readonly signal: AbortSignal | undefined;
}

async function usingMachine<T>(
  workshop: Workshop,
  use: SandboxUse,
  work: (machine: SandboxMachine) => Promise<T>,
): Promise<T> {
  const { docker, place, signal } = workshop;
  signal?.throwIfAborted();
  const name = `${place.name}-sandbox-${randomUUID()}`;
  try {
    // Without the signal: one whose start was interrupted half way could not be found.
    await docker(runCommand(name, workshop, use));
    return await work(machine(name, workshop));
  } finally {
    await docker(['rm', '--force', '--volumes', name]);
  }
}

function runCommand(name: string, { place, reference }: Workshop, { image, network }: SandboxUse): string[] {
  return [
    ...['run', '--detach', '--rm', '--pull=never', `--name=${name}`],
    // An image hands its labels on; as one of the rehearsal's own it would go at the next start.
    ...[`--label=${LABEL}=`, `--label=${SANDBOX_LABEL}=${place.name}`],
    // An engine of our own has no network to share but the machine's.
    `--network=${network ? 'host' : 'none'}`,
    // As any machine's root, steps make namespaces and mount in them.
    ...['--cap-add=SYS_ADMIN', '--security-opt=apparmor=unconfined', '--security-opt=label=disable'],
    '--tmpfs=/run:mode=755',
    ...[image?.reference ?? reference, 'sleep', String(LIFE_SECONDS)],
  ];
}

function machine(name: string, { engine, docker, place, signal }: Workshop): SandboxMachine {
  return {
    copyIn: async (folder, to) => void (await docker(['cp', `${folder}/.`, `${name}:${to}`], { signal })),
    copyOut: async (from, folder) => void (await docker(['cp', `${name}:${from}/.`, folder], { signal })),
    run: async (argv, { environment = {}, input = '' } = {}) => {
      const variables = Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
      const ran = await execa(engine.command, ['exec', '--interactive', ...variables, name, ...argv], {
        ...{ env: dockerEnvironment(engine.host), extendEnv: false },
        ...{ input, reject: false },
        ...(signal === undefined ? {} : { cancelSignal: signal }),
      });
      signal?.throwIfAborted();
      return { exitCode: ran.exitCode ?? -1, stdout: ran.stdout, stderr: ran.stderr };
    },
    keep: async (kept, note) => {
      const labels = ['--change', `LABEL ${NOTE_LABEL}=${JSON.stringify(note)}`];
      await docker(['commit', ...labels, name, keptReference(place, kept)], { signal });
    },
  };
}
