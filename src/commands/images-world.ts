/** What the commands about images have in common. */

import type { Context } from '../context.ts';
import { type Failure, fail } from '../failure.ts';
import type { Fleet } from '../fleet/model.ts';
import { imagesEverywhere, type Regions, regionsOf } from '../world/images/everywhere.ts';
import type { TaggedImage } from '../world/images/record.ts';
import { openSite, type Site } from '../world/site.ts';
import type { FleetOptions } from './fleet-options.ts';
import { loadForCommand } from './load.ts';

export interface ImagesOptions extends FleetOptions {
  readonly rehearse: boolean;
}

export type OpenSite = typeof openSite;

export interface ImagesWorld {
  readonly fleet: Fleet;
  readonly site: Site;
  readonly regions: Regions;
  /** Of every region that the fleet names, its own first. */
  readonly images: readonly TaggedImage[];
}

export async function openImagesWorld(
  context: Context,
  options: ImagesOptions,
  open: OpenSite = openSite,
): Promise<ImagesWorld> {
  const fleet = await loadForCommand(context, options);
  const site = await open(context, { rehearse: options.rehearse, region: fleet.region });
  const regions = regionsOf(fleet, site);
  return { fleet, site, regions, images: await imagesEverywhere(fleet, regions) };
}

/** By AMI id, or by name: then the one of the fleet's own region. */
export function findImage({ fleet, images }: ImagesWorld, named: string): TaggedImage {
  const found = images.find(({ image }) => image.imageId === named || image.name === named);
  return (
    found ??
    fail({
      kind: 'input',
      problem: `the fleet ${fleet.name} has no image ${named}`,
      remedy: 'name its AMI id or its name, as `bake images list` shows them',
    })
  );
}

/** A failure of something that the same command goes on with, where it was. */
export function inRegion(region: string, failure: Failure): Failure {
  const remedy = [failure.remedy, 'run the same command again: it continues with what is missing'];
  return {
    ...failure,
    problem: `${region}: ${failure.problem}`,
    remedy: remedy.filter((part) => part !== undefined).join('; '),
  };
}
