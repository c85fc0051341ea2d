/** `bake images list`: every image of the fleet, and who uses it. */

import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { listed, listLines } from '../report/images/list.ts';
import { usedImages } from '../world/images/everywhere.ts';
import { type ImagesOptions, type OpenSite, openImagesWorld, requireRoles } from './images-world.ts';

export interface ListOptions extends ImagesOptions {
  readonly role: readonly string[];
}

export async function imagesList(context: Context, options: ListOptions, open?: OpenSite): Promise<ExitCode> {
  const world = await openImagesWorld(context, options, open);
  const { fleet, regions, images } = world;
  requireRoles(world, options.role);
  const isAsked = (role: string) => options.role.length === 0 || options.role.includes(role);
  // A base is used by the images of every role.
  const used = await usedImages(fleet, regions, images);
  const all = listed(used, fleet.region);
  const shown = all.filter(({ image }) => isAsked(image.role));
  context.reporter.result(
    { images: shown.map(({ image, uses, copies }) => ({ ...image, uses, copies })) },
    listLines(shown, all, context.now().toISOString()),
  );
  return EXIT.done;
}
