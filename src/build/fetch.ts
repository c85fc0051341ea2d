/** How a bake gets what its builders need from it. */

import { join } from 'node:path';
import type { Context } from '../context.ts';
import { Failed, type Failure } from '../failure.ts';
import type { Artifact, Fleet } from '../fleet/model.ts';
import { checkTarball } from '../frozen/check.ts';
import { type ArtifactSource, fetchArtifact } from '../world/artifacts.ts';
import { cacheFolder } from '../world/cache.ts';
import type { PreparedImage } from './prepare.ts';

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

/**
 * All that is uploaded to the builders of `images`, fetched together: SHA-256 → local path.
 * @throws Failed with everything that can't be fetched
 */
export async function fetchAll(
  images: readonly Pick<PreparedImage, 'plan'>[],
  fetch: (artifact: Artifact) => Promise<string>,
): Promise<Map<string, string>> {
  const wanted = images.flatMap(({ plan }) => plan.steps.flatMap((step) => step.artifacts));
  const unique = [...new Map(wanted.map((artifact) => [artifact.sha256, artifact])).values()];
  const fetched = await Promise.allSettled(
    unique.map(async (artifact) => [artifact.sha256, await fetch(artifact)] as const),
  );
  const failures = fetched.flatMap((result) => (result.status === 'rejected' ? expected(result.reason) : []));
  if (failures.length > 0) throw new Failed(failures);
  return new Map(fetched.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
}

function expected(reason: unknown): readonly Failure[] {
  if (reason instanceof Failed) return reason.failures;
  throw reason;
}
