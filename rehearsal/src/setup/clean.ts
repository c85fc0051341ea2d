/** Takes away what a rehearsal made in an engine. */

import { type Docker, imageReference, LABEL, lines, SANDBOX_LABEL } from '../machines/docker.ts';
import { removeFirewall } from '../machines/firewall.ts';
import type { SourceImage } from '../model.ts';
import type { Place } from './place.ts';

export interface CleanOptions {
  readonly sourceImages: readonly SourceImage[];
  /** Which images stay: of an engine that goes as a whole, none has to be removed one by one. */
  readonly keepImages: 'all' | 'source' | 'none';
}

/** The order matters: rules go when no container needs them, with the help of an image that goes afterwards. */
export async function cleanEngine(
  docker: Docker,
  { name }: Place,
  { sourceImages, keepImages }: CleanOptions,
): Promise<void> {
  const filter = `--filter=label=${LABEL}=${name}`;
  await removeAll(docker, ['ps', '--all', '--quiet', filter], ['rm', '--force', '--volumes']);
  await removeFirewall(docker, { name, sourceImages });
  const kept = keepImages === 'none' ? [] : sourceImages.map(({ imageId }) => imageReference(name, imageId));
  if (keepImages !== 'all') await removeImages(docker, filter, kept);
  await removeAll(docker, ['network', 'ls', '--quiet', filter], ['network', 'rm']);
}

/** Sandboxes and what is kept of them, which outlive starts and go with the whole rehearsal. */
export async function removeSandboxes(docker: Docker, { name }: Place): Promise<void> {
  const filter = `--filter=label=${SANDBOX_LABEL}=${name}`;
  await removeAll(docker, ['ps', '--all', '--quiet', filter], ['rm', '--force', '--volumes']);
  await removeImages(docker, filter, []);
}

/** Whether the engine has anything of this rehearsal but source images. */
export async function engineHasLeftovers(docker: Docker, { name }: Place): Promise<boolean> {
  const filter = `--filter=label=${LABEL}=${name}`;
  const [containers, networks] = await Promise.all([
    lines(docker, ['ps', '--all', '--quiet', filter]),
    lines(docker, ['network', 'ls', '--quiet', filter]),
  ]);
  return containers.length + networks.length > 0;
}

/** An image that others stand on goes only after them, so the newest are removed first. */
async function removeImages(docker: Docker, filter: string, kept: readonly string[]): Promise<void> {
  const listing = await lines(docker, ['image', 'ls', '--format={{.Repository}}:{{.Tag}}', filter]);
  const named = listing.filter((reference) => !reference.startsWith('<none>') && !kept.includes(reference));
  if (named.length > 0) await docker(['image', 'rm', '--force', ...named]);
  await docker(['image', 'prune', '--force', filter]);
}

async function removeAll(docker: Docker, list: readonly string[], remove: readonly string[]): Promise<void> {
  const ids = await lines(docker, list);
  if (ids.length > 0) await docker([...remove, ...ids]);
}
