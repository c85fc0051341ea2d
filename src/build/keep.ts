/** Keeps what is known of a baked image. */

import { readFile } from 'node:fs/promises';
import type { Emit } from '../events.ts';
import { Failed } from '../failure.ts';
import type { Inventory } from '../images/model.ts';
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
    const what = `${image.plan.name}: what is in ${baked.imageId}`;
    await orWarn(emit, what, async () => {
      const content = await readFile(options.inventoryFile(image.plan.name));
      const inventory = await unpackInventory(content, `the report of ${image.plan.name}`);
      // The tag is right wherever the report ends up: it may be on this machine only.
      await orWarn(emit, what, () => keepInventory(image, { content, inventory }, store));
      await tag(baked.imageId, { [TAG.inventory]: digestOfReport(content) });
    });
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

interface Report {
  readonly content: Buffer;
  readonly inventory: Inventory;
}

/** Keeps an image's inventory and bill of materials. */
async function keepInventory(
  image: PreparedImage,
  { content, inventory }: Report,
  store: ReportStore,
): Promise<void> {
  const digest = digestOfReport(content);
  await store.write(REPORT.inventory(digest), content);
  await store.write(REPORT.sbom(digest), Buffer.from(await renderSbom(image.imageName, inventory)));
}
