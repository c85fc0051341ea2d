/** `bake images diff`: what is different inside of two images. */

import { findInventory } from '../build/find-report.ts';
import { openReports } from '../build/reports.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { diffInventories } from '../images/diff.ts';
import { diffMarkdown, diffText } from '../report/images/diff.ts';
import { fleetFolderOf } from './fleet-folder.ts';
import { findImage, type ImagesOptions, type OpenSite, openImagesWorld } from './images-world.ts';

export interface DiffOptions extends ImagesOptions {
  readonly markdown: boolean;
}

export async function imagesDiff(
  context: Context,
  old: string,
  young: string,
  options: DiffOptions,
  open?: OpenSite,
): Promise<ExitCode> {
  const world = await openImagesWorld(context, options, open);
  const folder = fleetFolderOf(context, options.file);
  const store = openReports(folder, { fleet: world.fleet, objects: world.site.aws.objects });
  const [from, to] = [findImage(world, old).image, findImage(world, young).image];
  const [before, after] = await Promise.all([findInventory(store, from), findInventory(store, to)]);
  const diff = diffInventories(before, after);
  const names = { from: `${from.imageId} ${from.name}`, to: `${to.imageId} ${to.name}` };
  const lines = options.markdown ? diffMarkdown(names, diff) : diffText(names, diff);
  context.reporter.result({ from: from.imageId, to: to.imageId, ...diff }, lines);
  return EXIT.done;
}
