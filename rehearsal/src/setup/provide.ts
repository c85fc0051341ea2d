/** What a start of any kind needs on this machine, installed or started where it is missing. */

import { type Docker, hasImage, imageReference } from '../machines/docker.ts';
import { type DockerEngine, RehearsalError, type SourceImage, type UpOptions } from '../model.ts';
import { engineAnswers, socketOf } from './engine-api.ts';
import { withLock } from './lock.ts';
import { builderNeed, type Inventory, takeInventory } from './needs.ts';
import { readOsRelease } from './os-release.ts';
import { ownEngineHost, startOwnEngine } from './own-engine.ts';
import { installNeeds, type Need } from './packages.ts';
import type { Place } from './place.ts';
import { reported } from './progress.ts';
import { prepareImage } from './root-filesystem.ts';

const WAITING = 'waiting for another command that prepares it';

export function refuseOtherSystems(): void {
  if (process.platform === 'linux') return;
  throw new RehearsalError('missing', 'a rehearsal needs Linux: its instances are containers with systemd', {
    remedy: 'run it on a Linux machine, or in a virtual machine with one',
  });
}

/** Only one command at a time changes what a rehearsal has. */
export function locked<T>(
  place: Place,
  { report, signal }: Pick<UpOptions, 'report'> & Partial<Pick<UpOptions, 'signal'>>,
  work: () => Promise<T>,
): Promise<T> {
  const onWait = () => report({ type: 'setup.started', item: 'Rehearsal', detail: WAITING });
  return withLock(place.name, { signal, onWait }, work);
}

/** Installs what is missing of `kinds`, after asking; a package may bring an engine that runs. */
export async function provide(options: UpOptions, kinds: ReadonlyArray<Need['of']>): Promise<Inventory> {
  const os = await readOsRelease();
  const missing = ({ needs }: Inventory) => needs.filter(({ of }) => kinds.includes(of));
  const inventory = await takeInventory(os);
  if (missing(inventory).length === 0) return inventory;
  await installNeeds(missing(inventory), os, options);
  const after = await takeInventory(os);
  if (missing(after).length === 0) return after;
  const whats = missing(after).map(({ what }) => what);
  throw new RehearsalError('failed', `after the installation this is still missing: ${whats.join(', ')}`);
}

/** For a machine that runs no engine. */
export async function startOwn(place: Place, options: UpOptions): Promise<DockerEngine> {
  if (await engineAnswers(socketOf({ host: ownEngineHost(place) }))) return startOwnEngine(place);
  return reported(options.report, 'Docker engine', 'one of its own', () =>
    startOwnEngine(place, options.signal),
  );
}

/** Brings a source image into the engine where it is missing. */
export async function ensureImage(
  docker: Docker,
  image: SourceImage,
  place: Place,
  options: UpOptions,
): Promise<void> {
  if (await hasImage(docker, imageReference(place.name, image.imageId))) return;
  const need = await builderNeed();
  if (need !== undefined) await installNeeds([need], await readOsRelease(), options);
  await prepareImage(docker, image, place, options);
}
