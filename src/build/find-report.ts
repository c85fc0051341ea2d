/** Finds what was kept of an image, and makes sure that it is its own. */

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Failure, fail } from '../failure.ts';
import type { ImageRecord, Inventory } from '../images/model.ts';
import { readInventory } from '../images/read-inventory.ts';
import { digestOfReport, isDigest, REPORT, readRecipe } from '../images/reports.ts';
import type { Recipe } from '../plan/fingerprint.ts';
import type { ReportStore } from '../world/report-store.ts';

/** Far more than a machine of a million files reports; a report that grows beyond it is none. */
const LARGEST = 512 * 1024 * 1024;

/** @throws Failed where it is no inventory; messages call it `name` */
export async function unpackInventory(content: Uint8Array, name: string): Promise<Inventory> {
  const text = await promisify(gunzip)(content, { maxOutputLength: LARGEST }).catch(() => Buffer.alloc(0));
  return readInventory(text.toString('utf8'), name);
}

/** What an image was made of; undefined where that is not known here. */
export async function findRecipe(store: ReportStore, fingerprint: string): Promise<Recipe | undefined> {
  if (!isDigest(fingerprint)) return undefined;
  const content = await store.read(REPORT.recipe(fingerprint));
  return content === undefined ? undefined : readRecipe(content.toString('utf8'), fingerprint);
}

/** @throws Failed where it was not kept, is not known here, or is not what the image's tags say */
export async function findInventory(
  store: ReportStore,
  image: Pick<ImageRecord, 'imageId' | 'name' | 'inventory'>,
): Promise<Inventory> {
  const named = `${image.imageId} (${image.name})`;
  const digest = image.inventory;
  if (digest === undefined || !isDigest(digest)) {
    return fail({
      kind: 'input',
      problem: `nothing is known of what is in ${named}: its tags name no inventory`,
      remedy: 'bake it again with --force: every bake reports what is in the image',
    });
  }
  const content = await store.read(REPORT.inventory(digest));
  if (content === undefined) return fail(notHere(named, store.shared));
  if (digestOfReport(content) !== digest) {
    return fail({
      kind: 'input',
      problem: `what is kept as the inventory of ${named} is not what its tags say: someone has changed one of the two`,
      remedy: `look who can write to ${store.shared ?? 'the folder .bake'} and tag images`,
    });
  }
  return unpackInventory(content, `the inventory of ${named}`);
}

function notHere(named: string, shared: string | undefined): Failure {
  return {
    kind: 'input',
    problem: `the inventory of ${named} is not here${shared === undefined ? ', and no other place is named' : `, and not in ${shared}`}`,
    remedy:
      shared === undefined
        ? 'look on the machine that baked it, or set `images.reports` in the fleet file, so that every machine finds it'
        : 'it was baked before `images.reports` was set, or it was deleted there: look on the machine that baked it',
  };
}
