/** Keeps what is known of a baked image. */

import { readFile } from 'node:fs/promises';
import type { Emit } from '../events.ts';
import { Failed } from '../failure.ts';
import { digestOfReport, formatRecipe, REPORT } from '../images/reports.ts';
import { renderSbom } from '../images/sbom.ts';
import { TAG } from '../plan/tags.ts';
import type { ReportStore } from '../world/report-store.ts';
import { unpackInventory } from './find-report.ts';
import type { PreparedImage } from './prepare.ts';
import type { RunOptions } from './run.ts';

export interface KeepOptions {
  readonly store: ReportStore;
  /** Where Packer has put what the builder of an image reported. */
  readonly inventoryFile: (image: string) => string;
  /** Says in the image's tags which inventory is its own. */
  readonly tag: (imageId: string, tags: Readonly<Record<string, string>>) => Promise<void>;
  readonly emit: Emit;
}

/** Bakes with `bake`, then keeps what is known of the image. The image is as good where that fails. */
export function keeping(bake: RunOptions['bake'], options: KeepOptions): RunOptions['bake'] {
  return async (image, sourceAmi) => {
    const baked = await bake(image, sourceAmi);
    try {
      const digest = await keepReports(image, options);
      await options.tag(baked.imageId, { [TAG.inventory]: digest });
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      options.emit({
        type: 'notice',
        level: 'warning',
        text: `${image.plan.name}: what is in ${baked.imageId} could not be kept: ${error.message}`,
      });
    }
    return baked;
  };
}

/** Keeps an image's recipe, inventory and bill of materials. Returns the inventory's digest. */
async function keepReports(image: PreparedImage, { store, inventoryFile }: KeepOptions): Promise<string> {
  await store.write(REPORT.recipe(image.fingerprint), Buffer.from(formatRecipe(image.recipe)));
  const content = await readFile(inventoryFile(image.plan.name));
  const digest = digestOfReport(content);
  const inventory = await unpackInventory(content, `the report of ${image.plan.name}`);
  await store.write(REPORT.inventory(digest), content);
  await store.write(REPORT.sbom(digest), Buffer.from(await renderSbom(image.imageName, inventory)));
  return digest;
}
