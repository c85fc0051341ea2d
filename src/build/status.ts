/** What a bake would do, and why. Bakes nothing, and fetches nothing that only a bake needs. */

import type { Fleet } from '../fleet/model.ts';
import { newestImage, type Reason, reasonsFor } from '../images/reasons.ts';
import type { ExistingImage } from '../plan/decide.ts';
import type { ReportStore } from '../world/report-store.ts';
import { findRecipe } from './find-report.ts';
import type { Preparation, PreparedImage } from './prepare.ts';
import { isToProve } from './prepare-with-tools.ts';

export type ImageStatus =
  | { readonly image: string; readonly kind: 'up-to-date'; readonly existing: ExistingImage }
  /** It is only a candidate. */
  | { readonly image: string; readonly kind: 'would-verify'; readonly existing: ExistingImage }
  | { readonly image: string; readonly kind: 'would-bake'; readonly reasons: readonly Reason[] };

export interface StatusOptions {
  readonly fleet: Fleet;
  readonly store: ReportStore;
  /** ISO 8601. */
  readonly now: string;
}

/** In the order of the plan. */
export async function statusOf(
  { images, existing }: Preparation,
  options: StatusOptions,
): Promise<ImageStatus[]> {
  return Promise.all(images.map((image) => imageStatus(image, existing, options)));
}

async function imageStatus(
  image: PreparedImage,
  existing: readonly ExistingImage[],
  { fleet, store, now }: StatusOptions,
): Promise<ImageStatus> {
  const { plan, decision, recipe, fingerprint } = image;
  if (decision.kind === 'up-to-date') {
    const kind = isToProve(image) ? 'would-verify' : 'up-to-date';
    return { image: plan.name, kind, existing: decision.image };
  }
  const images = existing.filter(({ role }) => role === plan.name);
  const newest = newestImage(images);
  const previous = newest === undefined ? undefined : await findRecipe(store, newest.fingerprint);
  const reasons = reasonsFor({ fleet, decision, recipe, fingerprint, images, previous, now });
  return { image: plan.name, kind: 'would-bake', reasons };
}
