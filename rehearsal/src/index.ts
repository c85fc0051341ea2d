/** The rehearsal's lifecycle: what `--rehearse` and `bake rehearse` use. */

import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { type Docker, dockerClient, LABEL, lines } from './machines/docker.ts';
import { Firewall, removeFirewall } from './machines/firewall.ts';
import type { Rehearsal, ServerConfig, UpOptions } from './model.ts';
import { readConfig } from './server/config.ts';
import { openEngine } from './setup/engine.ts';
import { withLock } from './setup/lock.ts';
import { motoCommand } from './setup/moto.ts';
import { createNetwork } from './setup/network.ts';
import { ownEngineLeft, removeOwnEngine, startOwnEngine } from './setup/own-engine.ts';
import { openPlace, type Place, writeJson } from './setup/place.ts';
import { importRootFilesystem } from './setup/root-filesystem.ts';
import { runningServer, startServerProcess, stopServerProcess } from './setup/server-process.ts';
import { sourceImages } from './setup/source-images.ts';

export { childEnvironment } from './environment.ts';
export { type Rehearsal, RehearsalError, type UpOptions } from './model.ts';
export { probe } from './setup/probe.ts';
export { standIn } from './stand-in.ts';

const ACCOUNT = '000000000000';

export interface RehearsalStatus {
  readonly running: boolean;
  readonly endpoint?: string;
  /** Instances that are containers now. */
  readonly containers?: number;
}

/** Starts what is missing. A running one is returned at once. @throws RehearsalError */
export async function up(options: UpOptions): Promise<Rehearsal> {
  const place = await openPlace(options.stateFolder);
  return locked(place, options, async () => {
    const config = await knownConfig(place);
    const endpoint = config && (await runningServer(place, config.secretAccessKey));
    if (config !== undefined && endpoint !== undefined) return rehearsalOf(config, endpoint);
    await removeLeftovers(place, config);
    return start(place, options);
  });
}

/** The root filesystems of those source images are there when this ends; ids of other images are passed over. */
export async function prepare(options: UpOptions, imageIds: readonly string[]): Promise<void> {
  const place = await openPlace(options.stateFolder);
  await locked(place, options, async () => {
    const config = await readConfig(place.configFile);
    const docker = dockerClient(config.docker);
    for (const source of config.sourceImages.filter(({ imageId }) => imageIds.includes(imageId))) {
      await importRootFilesystem(source, { ...options, docker, name: place.name });
    }
  });
}

export async function status({ stateFolder }: { readonly stateFolder: string }): Promise<RehearsalStatus> {
  const place = await openPlace(stateFolder);
  const config = await knownConfig(place);
  const endpoint = config && (await runningServer(place, config.secretAccessKey));
  if (config === undefined || endpoint === undefined) return { running: false };
  const containers = await ownContainers(dockerClient(config.docker), place);
  return { running: true, endpoint, containers: containers.length };
}

/** Leaves no process, container, network, firewall rule or image that the rehearsal made, also after a crash. */
export async function down(options: Pick<UpOptions, 'stateFolder' | 'report'>): Promise<void> {
  const place = await openPlace(options.stateFolder);
  await locked(place, options, async () => {
    const item = 'rehearsal';
    options.report({ type: 'setup.started', item, detail: 'stopping' });
    await removeLeftovers(place, await knownConfig(place));
    await rm(place.stateFolder, { recursive: true, force: true });
    options.report({ type: 'setup.finished', item, detail: 'gone' });
  });
}

async function start(place: Place, options: UpOptions): Promise<Rehearsal> {
  const engine = await openEngine(place, options);
  const docker = dockerClient(engine);
  const images = sourceImages();
  const moto = await motoCommand(options);
  const [first] = images;
  if (first !== undefined) await importRootFilesystem(first, { ...options, docker, name: place.name });
  const network = await createNetwork(docker, place);
  await new Firewall(docker, { name: place.name, docker: engine, network, sourceImages: images }).ensure();
  const config: ServerConfig = {
    stateFolder: place.stateFolder,
    name: place.name,
    accountId: ACCOUNT,
    accessKeyId: `AKIA${randomBytes(10).toString('hex').toUpperCase().slice(0, 16)}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
    docker: engine,
    network,
    moto,
    sourceImages: images,
  };
  await writeJson(place.configFile, config);
  const item = 'rehearsal';
  options.report({ type: 'setup.started', item, detail: 'starting its server' });
  const endpoint = await startServerProcess(place, config.secretAccessKey, options.signal);
  options.report({ type: 'setup.finished', item, detail: `runs at ${endpoint}` });
  return rehearsalOf(config, endpoint);
}

function rehearsalOf({ accountId, accessKeyId, secretAccessKey }: ServerConfig, endpoint: string): Rehearsal {
  return { endpoint, accountId, accessKeyId, secretAccessKey, sshSource: '127.0.0.1/32' };
}

/** Everything of an earlier start. Its images go too: their state went with the server. */
async function removeLeftovers(place: Place, config: ServerConfig | undefined): Promise<void> {
  await stopServerProcess(place);
  const ownEngine = await ownEngineLeft(place);
  if (config === undefined && !ownEngine) return;
  const engine = ownEngine ? await startOwnEngine(place) : config?.docker;
  if (engine === undefined) return;
  await emptyEngine(dockerClient(engine), place, config);
  if (ownEngine) await removeOwnEngine(place);
  await rm(place.configFile, { force: true });
}

async function emptyEngine(docker: Docker, place: Place, config: ServerConfig | undefined): Promise<void> {
  const containers = await ownContainers(docker, place);
  if (containers.length > 0) await docker(['rm', '--force', '--volumes', ...containers]);
  await removeFirewall(docker, { name: place.name, sourceImages: config?.sourceImages ?? sourceImages() });
  const networks = await lines(docker, ['network', 'ls', '--quiet', `--filter=label=${LABEL}=${place.name}`]);
  if (networks.length > 0) await docker(['network', 'rm', ...networks]);
  const images = await lines(docker, ['image', 'ls', '--quiet', `--filter=label=${LABEL}=${place.name}`]);
  if (images.length > 0) await docker(['image', 'rm', '--force', ...new Set(images)]);
}

function ownContainers(docker: Docker, place: Place): Promise<string[]> {
  return lines(docker, ['ps', '--all', '--quiet', `--filter=label=${LABEL}=${place.name}`]);
}

async function knownConfig(place: Place): Promise<ServerConfig | undefined> {
  return readConfig(place.configFile).catch(() => undefined);
}

function locked<T>(
  place: Place,
  options: Pick<UpOptions, 'report' | 'signal'>,
  work: () => Promise<T>,
): Promise<T> {
  const item = 'rehearsal';
  const onWait = () =>
    options.report({ type: 'setup.progress', item, detail: 'waiting for another command' });
  return withLock(place.name, { signal: options.signal, onWait }, work);
}
