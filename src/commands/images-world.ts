/** What the commands about images have in common. */

import type { Context } from '../context.ts';
import { Failed, type Failure, fail, type InputFailure } from '../failure.ts';
import type { Fleet } from '../fleet/model.ts';
import { nearest } from '../fleet/nearest.ts';
import { BASE } from '../plan/model.ts';
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
  const fleet = await loadForCommand(context, options, 'unseen');
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
      remedy: newestOf(images, named) ?? 'name its AMI id, as `bake images list` shows it, or its whole name',
    })
  );
}

/** What was meant by somebody who has named a role. */
function newestOf(images: readonly TaggedImage[], role: string): string | undefined {
  const [newest] = images
    .flatMap(({ image }) => (image.role === role ? [image] : []))
    .toSorted((one, other) => other.createdAt.localeCompare(one.createdAt));
  return newest && `${role} is a role; its newest image is ${newest.name} (${newest.imageId})`;
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

/** @throws Failed for roles that neither the fleet file nor an image has: those that were deleted may have images */
export function requireRoles({ fleet, images }: ImagesWorld, roles: readonly string[]): void {
  const known = [BASE, ...fleet.roles.map(({ name }) => name), ...images.map(({ image }) => image.role)];
  const unknown = roles.filter((role) => !known.includes(role));
  if (unknown.length > 0) throw new Failed(unknown.map((role) => unknownRole(role, [...new Set(known)])));
}

function unknownRole(role: string, known: readonly string[]): InputFailure {
  const near = nearest(role, known);
  return {
    kind: 'input',
    problem: `there is no role ${JSON.stringify(role)}, neither in the fleet file nor among its images`,
    remedy: near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`,
  };
}
