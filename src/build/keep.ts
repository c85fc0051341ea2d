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

/**
 * Bakes with `bake`, and keeps what is known of the image: before, what it is made of, whosever image that
 * becomes in the end; after, what is in it. The image is as good where that fails.
 */
export function keeping(bake: RunOptions['bake'], options: KeepOptions): RunOptions['bake'] {
  return async (image, sourceAmi) => {
    const { store, tag, emit } = options;
    await orWarn(emit, `${image.plan.name}: what it is made of`, () =>
      store.write(REPORT.recipe(image.fingerprint), Buffer.from(formatRecipe(image.recipe))),
    );
    const baked = await bake(image, sourceAmi);
    await orWarn(emit, `${image.plan.name}: what is in ${baked.imageId}`, async () =>
      tag(baked.imageId, { [TAG.inventory]: await keepInventory(image, options) }),
    );
    return baked;
  };
}

async function orWarn(emit: Emit, what: string, keep: () => Promise<void>): Promise<void> {
  try {
    await keep();
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    emit({ type: 'notice', level: 'warning', text: `${what} could not be kept: ${error.message}` });
  }
}

/** Keeps an image's inventory and bill of materials. Returns the inventory's digest. */
async function keepInventory(image: PreparedImage, { store, inventoryFile }: KeepOptions): Promise<string> {
  const content = await readFile(inventoryFile(image.plan.name));
  const digest = digestOfReport(content);
  const inventory = await unpackInventory(content, `the report of ${image.plan.name}`);
  await store.write(REPORT.inventory(digest), content);
  await store.write(REPORT.sbom(digest), Buffer.from(await renderSbom(image.imageName, inventory)));
  return digest;
}
