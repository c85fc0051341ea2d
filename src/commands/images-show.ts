/** `bake images show`: one image, and what is in it. */

import { findInventory } from '../build/find-report.ts';
import { openReports } from '../build/reports.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import type { ImageRecord, UsedImage } from '../images/model.ts';
import { renderSbom } from '../images/sbom.ts';
import { inventoryLines, recordLines, type ShownImage } from '../report/images/show.ts';
import { quoteTerminalJson } from '../report/terminal-text.ts';
import { usedImages, withSharing } from '../world/images/everywhere.ts';
import { fleetFolderOf } from './fleet-folder.ts';
import {
  findImage,
  type ImagesOptions,
  type ImagesWorld,
  type OpenSite,
  openImagesWorld,
} from './images-world.ts';

export interface ShowOptions extends ImagesOptions {
  /** Prints the bill of materials instead. */
  readonly sbom: boolean;
}

export async function imagesShow(
  context: Context,
  named: string,
  options: ShowOptions,
  open?: OpenSite,
): Promise<ExitCode> {
  const world = await openImagesWorld(context, options, open);
  const { fleet, site } = world;
  const { image } = findImage(world, named);
  const folder = fleetFolderOf(context, options.file);
  const store = openReports(folder, { fleet, objects: site.aws.objects });
  if (options.sbom) {
    const sbom = await renderSbom(image.name, await findInventory(store, image));
    context.reporter.result(JSON.parse(sbom), sbom.trimEnd().split('\n').map(quoteTerminalJson));
    return EXIT.done;
  }
  const shown = shownImage(image, await usedFamily(world, image));
  const [inventory] = await Promise.allSettled([findInventory(store, image)]);
  const isKnown = inventory.status === 'fulfilled';
  context.reporter.result({ ...shown, inventory: isKnown ? inventory.value : null }, [
    ...recordLines(shown),
    ...(isKnown ? ['', ...inventoryLines(inventory.value)] : []),
  ]);
  // What AWS says of the image is shown all the same.
  if (!isKnown) throw inventory.reason;
  return EXIT.done;
}

/** The image and its copies: those of its name. */
async function usedFamily(world: ImagesWorld, { name }: ImageRecord): Promise<UsedImage[]> {
  // A base is used by the images of every role.
  const used = await usedImages(world.fleet, world.regions, world.images);
  const family = used.filter(({ image }) => image.name === name);
  return Promise.all(family.map((one) => withSharing(world.regions, one)));
}

function shownImage(image: ImageRecord, family: readonly UsedImage[]): ShownImage {
  return {
    image,
    copies: family.flatMap((other) => (other.image.imageId === image.imageId ? [] : [other.image])),
    uses: family.flatMap(({ image: { region }, uses }) => uses.map((use) => ({ region, use }))),
  };
}
