/** A fleet's images and who uses them, in every region that the fleet names. */

import { Failed } from '../../failure.ts';
import type { Fleet } from '../../fleet/model.ts';
import type { Use, UsedImage } from '../../images/model.ts';
import { parameterNames } from '../../images/promote.ts';
import { collect, mergeUses, sourceUses } from '../../images/references.ts';
import type { Aws } from '../aws.ts';
import type { Site } from '../site.ts';
import type { TaggedImage } from './record.ts';
import { unlessDenied } from './uses.ts';

export interface Regions {
  /** The fleet's own first. */
  readonly names: readonly string[];
  /** @throws Error for a region that the fleet does not name */
  readonly aws: (region: string) => Aws;
}

export function regionsOf(fleet: Fleet, site: Pick<Site, 'aws' | 'awsIn'>): Regions {
  const doors = new Map([
    [fleet.region, site.aws],
    ...fleet.images.regions.map(({ region }): [string, Aws] => [region, site.awsIn(region)]),
  ]);
  return {
    names: [...doors.keys()],
    aws: (region) => doors.get(region) ?? unnamed(region),
  };
}

function unnamed(region: string): never {
  throw new Error(`the fleet does not name the region ${region}`);
}

/** Those of the fleet's own region first. */
export async function imagesEverywhere(fleet: Fleet, regions: Regions): Promise<TaggedImage[]> {
  const found = await inEach(regions, (region) => regions.aws(region).images.list(fleet.name));
  return found.flat();
}

/** The same in every region, side by side; where one fails and there are several, it is named. */
async function inEach<T>({ names }: Regions, work: (region: string) => Promise<T>): Promise<T[]> {
  return Promise.all(
    names.map(async (region) => {
      try {
        return await work(region);
      } catch (error) {
        if (!(error instanceof Failed) || names.length === 1) throw error;
        throw new Failed(
          error.failures.map((failure) => ({ ...failure, problem: `${region}: ${failure.problem}` })),
        );
      }
    }),
  );
}

/** All that refers to images of the fleet, but for whom they are shared with, which is asked for each image. */
export async function usedImages(
  fleet: Fleet,
  regions: Regions,
  images: readonly TaggedImage[],
): Promise<UsedImage[]> {
  const roles = [...new Set(images.map(({ image }) => image.role))];
  const found = await inEach(regions, async (region) => {
    const here = images.flatMap(({ image }) => (image.region === region ? [image] : []));
    const ids = here.map(({ imageId }) => imageId);
    const [uses, published] = await Promise.all([
      regions.aws(region).imageUses.of(ids),
      unlessDenied(ids, () => publishedUses(fleet, regions.aws(region), roles)),
    ]);
    const merged = mergeUses([uses, published, sourceUses(here)]);
    return here.map((image) => ({ image, uses: merged.get(image.imageId) ?? [] }));
  });
  return found.flat();
}

/** The parameters that promotions write; one that says that it holds an image is a reference by itself. */
async function publishedUses(fleet: Fleet, aws: Aws, roles: readonly string[]): Promise<Map<string, Use[]>> {
  const names = roles.flatMap((role) => parameterNames(fleet.images, role)?.imageId ?? []);
  const found = await aws.parameters.read(names);
  return collect([...found].map(([name, { value }]) => [value, { kind: 'parameter', name }]));
}

/** Adds whom an image is shared with; where that may not be known, it may be anybody. */
export async function withSharing(regions: Regions, { image, uses }: UsedImage): Promise<UsedImage> {
  const shared = await sharing(regions.aws(image.region), image.imageId);
  return { image, uses: [...uses, ...shared] };
}

/** Whom an image of a region is shared with, as uses of it. */
export async function sharing(aws: Pick<Aws, 'images'>, imageId: string): Promise<Use[]> {
  const uses = await unlessDenied([imageId], async () => {
    const all = await aws.images.sharedWith(imageId);
    return collect(all.map((account) => [imageId, { kind: 'shared', with: account }]));
  });
  return uses.get(imageId) ?? [];
}
