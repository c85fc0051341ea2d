/** Which images have to be baked: what is wanted against what exists. Pure. */

import { TAG } from './tags.ts';

/** An image of the fleet that AWS has, as its tags describe it. Tags are hints: who may tag may change them. */
export interface ExistingImage {
  readonly imageId: string;
  readonly name: string;
  readonly role: string;
  readonly fingerprint: string;
  readonly generation: number;
  readonly state: ImageState;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly available: boolean;
}

export const IMAGE_STATES = ['candidate', 'unproven', 'golden', 'retired'] as const;
export type ImageState = (typeof IMAGE_STATES)[number];

export type Decision =
  | { readonly kind: 'up-to-date'; readonly image: ExistingImage }
  | { readonly kind: 'bake'; readonly generation: number; readonly reason: string };

/** Reads the tags of bake; undefined for an image that is not bake's or whose tags make no sense. */
export function existingImage(
  image: Pick<ExistingImage, 'imageId' | 'name' | 'createdAt' | 'available'>,
  tags: ReadonlyMap<string, string>,
): ExistingImage | undefined {
  const role = tags.get(TAG.role);
  const fingerprint = tags.get(TAG.fingerprint);
  const generation = tags.get(TAG.generation) ?? '';
  const state = IMAGE_STATES.find((known) => known === tags.get(TAG.state));
  if (role === undefined || fingerprint === undefined || state === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(generation)) return undefined;
  return { ...image, role, fingerprint, generation: Number(generation), state };
}

/**
 * An available image with this fingerprint makes a bake needless, unless it is retired or the bake is
 * forced. `unproven` images count in a rehearsal only: the stand-in watches nothing.
 */
export function decide(
  role: string,
  fingerprint: string,
  images: readonly ExistingImage[],
  options: { readonly force: boolean; readonly rehearsal: boolean },
): Decision {
  const same = images.filter((image) => image.role === role && image.fingerprint === fingerprint);
  const newest = same.toSorted((a, b) => b.generation - a.generation)[0];
  const generation = (newest?.generation ?? 0) + 1;
  if (options.force) return { kind: 'bake', generation, reason: 'forced' };
  const usable = same
    .filter((image) => image.available && counts(image.state, options.rehearsal))
    .toSorted((a, b) => b.generation - a.generation)[0];
  if (usable !== undefined) return { kind: 'up-to-date', image: usable };
  return {
    kind: 'bake',
    generation,
    reason: newest === undefined ? 'no such image yet' : 'its image cannot be used',
  };
}

function counts(state: ImageState, rehearsal: boolean): boolean {
  return state === 'golden' || state === 'candidate' || (state === 'unproven' && rehearsal);
}

/** The generation that the decided image has, or gets. */
export function generationOf(decision: Decision): number {
  return decision.kind === 'bake' ? decision.generation : decision.image.generation;
}

/** `FLEET-ROLE-FINGERPRINT12-GENERATION` */
export function imageName(fleet: string, role: string, fingerprint: string, generation: number): string {
  return `${fleet}-${role}-${fingerprint.slice(0, 12)}-${generation}`;
}
