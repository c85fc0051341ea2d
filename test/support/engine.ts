/**
 * Which Docker engine and which images the tests' containers use. This file alone decides it:
 * those of the rehearsal that `BAKE_REHEARSAL` names, as `npm run test:machine` sets it, or those that
 * `BAKE_TEST_DOCKER_HOST` and `BAKE_TEST_IMAGE_DEBIAN_12` (or `_13`) name.
 */

import { prepare } from '../../rehearsal/src/index.ts';
import { imageReference, LABEL } from '../../rehearsal/src/machines/docker.ts';
import type { Distribution } from '../../rehearsal/src/model.ts';
import { readConfig } from '../../rehearsal/src/server/config.ts';
import { openPlace } from '../../rehearsal/src/setup/place.ts';
import { cacheFolder, openCache } from '../../src/world/cache.ts';

export type { Distribution };

export interface Engine {
  /** The client program. */
  readonly command: string;
  readonly host: string;
  readonly cgroupVersion: 1 | 2;
  /** Of the distribution asked for. */
  readonly image: string;
  /** Of every container, so that the rehearsal's end is theirs too. */
  readonly labels: readonly string[];
}

/** Why no test with this distribution can run here, or undefined. Tests pass it to node:test as `skip`. */
export function whyNoContainer(distribution: Distribution): string | undefined {
  const { BAKE_REHEARSAL, BAKE_TEST_DOCKER_HOST } = process.env;
  if (BAKE_REHEARSAL || (BAKE_TEST_DOCKER_HOST && namedImage(distribution))) return undefined;
  return 'NOT RUN: needs a rehearsal, which `npm run test:machine` starts';
}

/** Builds and imports the rehearsal's root filesystem where it is missing. */
export async function findEngine(distribution: Distribution): Promise<Engine> {
  const { BAKE_REHEARSAL, BAKE_TEST_DOCKER_HOST } = process.env;
  if (!BAKE_REHEARSAL) {
    return {
      command: 'docker',
      host: BAKE_TEST_DOCKER_HOST ?? '',
      cgroupVersion: 1,
      image: namedImage(distribution) ?? '',
      labels: [],
    };
  }
  const { configFile } = await openPlace(BAKE_REHEARSAL);
  const { docker, name, sourceImages } = await readConfig(configFile);
  const source = sourceImages.find((image) => image.distribution === distribution);
  if (source === undefined) throw new Error(`the rehearsal has no ${distribution}`);
  await prepare(
    {
      stateFolder: BAKE_REHEARSAL,
      cache: openCache(cacheFolder(process.env)),
      consent: async () => false,
      report: () => {},
    },
    [source.imageId],
  );
  return { ...docker, image: imageReference(name, source.imageId), labels: [`${LABEL}=${name}`] };
}

function namedImage(distribution: Distribution): string | undefined {
  return process.env[`BAKE_TEST_IMAGE_${distribution.toUpperCase().replace('-', '_')}`];
}
