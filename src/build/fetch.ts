/** How a bake gets what its builders need from it. */

import { join } from 'node:path';
import type { Context } from '../context.ts';
import type { Artifact, Fleet } from '../fleet/model.ts';
import { checkTarball } from '../frozen/check.ts';
import { type ArtifactSource, fetchArtifact } from '../world/artifacts.ts';
import { cacheFolder } from '../world/cache.ts';

export interface FetchOptions extends Pick<ArtifactSource, 'fleetFolder' | 'objects'> {
  readonly fleet: Fleet;
}

/** Artifact → local path. OSSEC's tarball has a folder of its own: what is in it has been looked into. */
export function openFetch(
  { environment, signal }: Pick<Context, 'environment' | 'signal'>,
  { fleet, fleetFolder, objects }: FetchOptions,
): (artifact: Artifact) => Promise<string> {
  const cache = cacheFolder(environment);
  const source = { fleetFolder, objects, signal };
  return (artifact) =>
    artifact.sha256 === fleet.ossec.tarball?.sha256
      ? fetchArtifact(artifact, { ...source, folder: join(cache, 'ossec-tarballs'), check: checkTarball })
      : fetchArtifact(artifact, { ...source, folder: join(cache, 'artifacts') });
}
