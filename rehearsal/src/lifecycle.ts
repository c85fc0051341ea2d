/** A rehearsal from its start to its end. */

import { randomBytes } from 'node:crypto';
import { access, rm } from 'node:fs/promises';
import { dockerClient } from './machines/docker.ts';
import {
  type DockerEngine,
  type Rehearsal,
  RehearsalError,
  type ServerConfig,
  type UpOptions,
} from './model.ts';
import { readConfig } from './server/config.ts';
import { cleanEngine, engineHasLeftovers, removeSandboxes } from './setup/clean.ts';
import { codeDigest } from './setup/code.ts';
import { makeEndpoints } from './setup/endpoints.ts';
import { engineAnswers, socketOf } from './setup/engine-api.ts';
import { searchEngine } from './setup/engine-search.ts';
import { prepareMoto } from './setup/moto.ts';
import { createNetwork } from './setup/network.ts';
import { endOutdated } from './setup/outdated.ts';
import { ownEngineLeft, removeOwnEngine, startOwnEngine } from './setup/own-engine.ts';
import { openPlace, type Place } from './setup/place.ts';
import { type Report, reported } from './setup/progress.ts';
import { ensureImage, locked, provide, refuseOtherSystems, startOwn } from './setup/provide.ts';
import {
  endServerProcesses,
  findRunning,
  SERVER_PROGRAM,
  serverLeft,
  startServerProcess,
} from './setup/server-process.ts';
import { sourceImages } from './setup/source-images.ts';

const ACCOUNT = '000000000000';

/**
 * The rehearsal of `stateFolder`, started where it doesn't run; one that runs is returned in milliseconds.
 * It goes on running when the caller ends. One that was started from other code than this is started anew:
 * what it knew of images is gone with its server, and so are they.
 * @throws RehearsalError `missing` with exact commands, or `failed` with a log; `failed` too where instances
 * run in one of other code, which somebody may be using
 */
export async function up(options: UpOptions): Promise<Rehearsal> {
  return upWith(options, SERVER_PROGRAM);
}

/** {@link up} with another server: for tests. */
export async function upWith(options: UpOptions, program: string): Promise<Rehearsal> {
  refuseOtherSystems();
  const place = await openPlace(options.stateFolder);
  const code = await codeDigest();
  const running = await findRunning(place);
  if (running?.config.code === code) return running.rehearsal;
  return locked(place, options, async () => {
    const meanwhile = await findRunning(place);
    if (meanwhile?.config.code === code) return meanwhile.rehearsal;
    if (meanwhile !== undefined) await endOutdated(place, meanwhile.config.docker, options.report);
    return start(place, code, options, program);
  });
}

async function start(place: Place, code: string, options: UpOptions, program: string): Promise<Rehearsal> {
  const { engine, python } = await provide(options, ['engine', 'builder', 'python']);
  if (python === undefined) throw new Error('Python is neither there nor missing');
  await endServerProcesses(place);
  // An engine of its own may be left from before the machine had one.
  if (engine !== undefined) await cleanOwnEngine(place);
  const [docker, moto] = await Promise.all([
    engine ?? startOwn(place, options),
    prepareMoto(python, place.name, options),
  ]);
  const client = dockerClient(docker);
  const images = sourceImages();
  const before = await readConfig(place.configFile).catch(() => undefined);
  // Source images that other code made may be of another recipe.
  const keepImages = before?.code === code ? 'source' : 'none';
  await cleanEngine(client, place, { sourceImages: images, keepImages });
  const config: ServerConfig = {
    stateFolder: place.stateFolder,
    name: place.name,
    code,
    accountId: ACCOUNT,
    ...randomKeys(),
    docker,
    network: await createNetwork(client, place),
    moto: moto.command,
    endpoints: await makeEndpoints(python, moto.folder),
    sourceImages: images,
  };
  return reported(options.report, 'Rehearsal', 'starting its server', () =>
    startServerProcess(place, config, { program, signal: options.signal }),
  );
}

/** In the shape of AWS's, new at each start. */
function randomKeys(): Pick<ServerConfig, 'accessKeyId' | 'secretAccessKey'> {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const suffix = [...randomBytes(16)].map((byte) => letters[byte % letters.length]).join('');
  return { accessKeyId: `AKIA${suffix}`, secretAccessKey: randomBytes(30).toString('base64') };
}

/**
 * Makes sure that the source images among `imageIds` can be launched; others are commits, and are there.
 * The rehearsal has to be up.
 */
export async function prepare(options: UpOptions, imageIds: readonly string[]): Promise<void> {
  const wanted = sourceImages().filter(({ imageId }) => imageIds.includes(imageId));
  if (wanted.length === 0) return;
  const place = await openPlace(options.stateFolder);
  await locked(place, options, async () => {
    const running = await findRunning(place);
    if (running === undefined) throw new RehearsalError('failed', 'the rehearsal does not run any more');
    const docker = dockerClient(running.config.docker);
    for (const image of wanted) await ensureImage(docker, image, place, options);
  });
}

export interface Status {
  readonly running: boolean;
  readonly endpoint?: string;
  /** It uses an engine of its own, not the machine's. */
  readonly ownEngine?: boolean;
  /** Something of it is there although it doesn't run; `down` or the next `up` removes it. */
  readonly leftovers: boolean;
}

export async function status({ stateFolder }: { readonly stateFolder: string }): Promise<Status> {
  if (!(await exists(stateFolder))) return { running: false, leftovers: false };
  const place = await openPlace(stateFolder);
  const running = await findRunning(place);
  if (running === undefined) return { running: false, leftovers: await hasLeftovers(place) };
  const { rehearsal, config } = running;
  return { running: true, endpoint: rehearsal.endpoint, ownEngine: config.docker.own, leftovers: false };
}

async function hasLeftovers(place: Place): Promise<boolean> {
  if ((await serverLeft(place)) || (await ownEngineLeft(place))) return true;
  const engine = await usedEngine(place);
  return engine !== undefined && engineHasLeftovers(dockerClient(engine), place);
}

/** Ends it and removes everything that it made, the state folder included; what the cache holds stays. */
export async function down(options: {
  readonly stateFolder: string;
  readonly report: Report;
}): Promise<void> {
  const place = await openPlace(options.stateFolder);
  await locked(place, options, () =>
    reported(options.report, 'Rehearsal', 'removing everything that it made', async () => {
      await endServerProcesses(place);
      await cleanMachineEngine(place);
      await cleanOwnEngine(place);
      await rm(place.stateFolder, { recursive: true, force: true });
    }),
  );
}

/** The machine's engine that was used: the known one, or the one that would be used now. */
async function usedEngine(place: Place): Promise<DockerEngine | undefined> {
  const known = (await readConfig(place.configFile).catch(() => undefined))?.docker;
  if (known !== undefined && !known.own && (await engineAnswers(socketOf(known)))) return known;
  return (await searchEngine()).engine;
}

async function cleanMachineEngine(place: Place): Promise<void> {
  const engine = await usedEngine(place);
  if (engine === undefined) return;
  await removeSandboxes(dockerClient(engine), place);
  await cleanEngine(dockerClient(engine), place, { sourceImages: sourceImages(), keepImages: 'none' });
}

/** An engine that crashed left networks and rules behind, which only it can remove: it is started again. */
async function cleanOwnEngine(place: Place): Promise<void> {
  if (await ownEngineLeft(place)) {
    const engine = await startOwnEngine(place);
    await removeSandboxes(dockerClient(engine), place);
    await cleanEngine(dockerClient(engine), place, { sourceImages: sourceImages(), keepImages: 'all' });
  }
  await removeOwnEngine(place);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
