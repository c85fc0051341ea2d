/** `bake images show`: one image, and what is in it. */

import { dirname, resolve } from 'node:path';
import { findInventory } from '../build/find-report.ts';
import { openReports } from '../build/reports.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { renderSbom } from '../images/sbom.ts';
import { inventoryLines, recordLines } from '../report/images/show.ts';
import { quoteTerminal } from '../report/terminal-text.ts';
import { usedImages } from '../world/images/everywhere.ts';
import { findImage, type ImagesOptions, type OpenSite, openImagesWorld } from './images-world.ts';

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
  const { fleet, site, regions, images } = world;
  const { image } = findImage(world, named);
  const folder = dirname(resolve(context.workingFolder, options.file));
  const store = openReports(folder, { fleet, objects: site.aws.objects });
  if (options.sbom) {
    const sbom = await renderSbom(image.name, await findInventory(store, image));
    context.reporter.result(JSON.parse(sbom), sbom.trimEnd().split('\n').map(quoteTerminal));
    return EXIT.done;
  }
  const used = await usedImages(fleet, regions, images);
  const shown = used.find((other) => other.image === image) ?? { image, uses: [] };
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
