/** `bake images retire`: takes golden images out of service, with their copies. */

import type { Context } from '../context.ts';
import { EXIT, type ExitCode, Failed, type Failure, interruption } from '../failure.ts';
import type { ImageRecord } from '../images/model.ts';
import { after, parameterNames } from '../images/promote.ts';
import { retirementProblems } from '../images/retire.ts';
import { TAG } from '../plan/tags.ts';
import { quoteTerminal } from '../report/terminal-text.ts';
import {
  findImage,
  type ImagesOptions,
  type ImagesWorld,
  inRegion,
  type OpenSite,
  openImagesWorld,
} from './images-world.ts';

export interface RetireOptions extends ImagesOptions {
  readonly dryRun: boolean;
}

export async function imagesRetire(
  context: Context,
  named: readonly string[],
  options: RetireOptions,
  open?: OpenSite,
): Promise<ExitCode> {
  const world = await openImagesWorld(context, options, open);
  const images = named.map((name) => findImage(world, name).image);
  await refuse(world, images);
  const at = after(context.now().toISOString(), world.fleet.images.deprecateAfterSeconds);
  const family = world.images.flatMap(({ image }) =>
    images.some(({ name }) => name === image.name) && image.state === 'golden' ? [image] : [],
  );
  const { done, failures } = options.dryRun
    ? { done: family, failures: [] }
    : await retireAll(world, family, at, context.signal);
  const words = `${options.dryRun ? 'would be ' : ''}retired, deprecated from ${at}`;
  context.reporter.result(
    { images: done.map(({ imageId, name, region }) => ({ imageId, name, region, deprecateAt: at })) },
    done.map(({ imageId, name, region }) => quoteTerminal(`${imageId} (${name}) in ${region}: ${words}`)),
  );
  if (failures.length > 0) throw new Failed(failures);
  return EXIT.done;
}

/** One failing leaves the others going; the same command continues with those that are still golden. */
async function retireAll(
  world: ImagesWorld,
  images: readonly ImageRecord[],
  at: string,
  signal: AbortSignal,
): Promise<{ readonly done: readonly ImageRecord[]; readonly failures: readonly Failure[] }> {
  const done: ImageRecord[] = [];
  const failures: Failure[] = [];
  for (const image of images) {
    if (signal.aborted) return { done, failures: [...failures, interruption()] };
    try {
      await retire(world, image, at);
      done.push(image);
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      failures.push(...error.failures.map((failure) => inRegion(image.region, failure)));
    }
  }
  return { done, failures };
}

/** The images that are named go together: of a role, one golden image has to stay. */
async function refuse(world: ImagesWorld, named: readonly ImageRecord[]): Promise<void> {
  const published = await publishedImages(world, named);
  const problems = named.flatMap((image) => {
    const others = world.images
      .map((tagged) => tagged.image)
      .filter((other) => other.name === image.name || !named.some(({ name }) => name === other.name));
    return retirementProblems(image, others, published);
  });
  if (problems.length > 0) throw new Failed(problems);
}

async function publishedImages(
  { fleet, regions }: ImagesWorld,
  images: readonly ImageRecord[],
): Promise<Set<string>> {
  const names = images.flatMap(({ role }) => parameterNames(fleet.images, role)?.imageId ?? []);
  const found = await Promise.all(
    regions.names.map((region) => regions.aws(region).parameters.read([...new Set(names)])),
  );
  return new Set(found.flatMap((parameters) => [...parameters.values()].map(({ value }) => value)));
}

async function retire({ regions }: ImagesWorld, { region, imageId }: ImageRecord, at: string): Promise<void> {
  const { images } = regions.aws(region);
  await images.deprecate(imageId, at);
  await images.tag(imageId, { [TAG.state]: 'retired' });
}
