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
  /** It is finished and can be launched. */
  readonly available: boolean;
  /** It is not finished, and a run may be working on it. */
  readonly pending: boolean;
  /** The run that baked it; empty where no tag says so. */
  readonly run: string;
}

export const IMAGE_STATES = ['candidate', 'unproven', 'golden', 'retired'] as const;
/** The state is the last tag that a bake sets: an image without it is `unfinished`. */
export type ImageState = (typeof IMAGE_STATES)[number] | 'unfinished';

export type Decision =
  | { readonly kind: 'up-to-date'; readonly image: ExistingImage }
  | { readonly kind: 'bake'; readonly generation: number; readonly why: BakeCause };

/**
 * `no-such-image`: none has this fingerprint; `unusable`: the one that has it is retired, not available, or
 * was left behind unfinished.
 */
export type BakeCause = 'no-such-image' | 'unusable' | 'forced' | 'too-old';

export interface DecideOptions {
  readonly force: boolean;
  readonly rehearsal: boolean;
  /** ISO 8601. */
  readonly now: string;
  /** Older images are baked again, so that their packages stay patched. */
  readonly maxAgeSeconds: number | undefined;
}

/** An image that is still unfinished so long after it was begun was left behind by a run that was killed. */
const ABANDONED_SECONDS = 3600;

/**
 * Reads the tags of bake; undefined for an image that is not bake's or whose tags make no sense.
 * `status` is EC2's word for the image's state.
 */
export function existingImage(
  { status, ...image }: Pick<ExistingImage, 'imageId' | 'name' | 'createdAt'> & { readonly status: string },
  tags: ReadonlyMap<string, string>,
): ExistingImage | undefined {
  const role = tags.get(TAG.role);
  const fingerprint = tags.get(TAG.fingerprint);
  const generation = tags.get(TAG.generation) ?? '';
  const state = stateOf(tags.get(TAG.state));
  if (role === undefined || fingerprint === undefined || state === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(generation)) return undefined;
  const isFinished = state !== 'unfinished';
  return {
    ...image,
    role,
    fingerprint,
    generation: Number(generation),
    state,
    run: tags.get(TAG.run) ?? '',
    available: status === 'available' && isFinished,
    pending: status === 'pending' || (status === 'available' && !isFinished),
  };
}

function stateOf(tag: string | undefined): ImageState | undefined {
  return tag === undefined ? 'unfinished' : IMAGE_STATES.find((known) => known === tag);
}

/**
 * An image with this fingerprint makes a bake needless, also one that another run is only making; unless it
 * is retired or too old, or the bake is forced. A golden one comes before a newer candidate. `unproven` images count in a rehearsal only: the stand-in
 * watches nothing.
 */
export function decide(
  role: string,
  fingerprint: string,
  images: readonly ExistingImage[],
  options: DecideOptions,
): Decision {
  const same = images
    .filter((image) => image.role === role && image.fingerprint === fingerprint)
    .toSorted((a, b) => b.generation - a.generation);
  const bake = (why: BakeCause): Decision => ({
    kind: 'bake',
    generation: (same[0]?.generation ?? 0) + 1,
    why,
  });
  if (options.force) return bake('forced');
  const all = same.filter((image) => isUsable(image, options));
  const usable = all.find(({ state }) => state === 'golden') ?? all[0];
  if (usable === undefined) return bake(same.length === 0 ? 'no-such-image' : 'unusable');
  const isTooOld = ageSeconds(usable, options.now) > (options.maxAgeSeconds ?? Number.POSITIVE_INFINITY);
  return isTooOld ? bake('too-old') : { kind: 'up-to-date', image: usable };
}

function isUsable(image: ExistingImage, { rehearsal, now }: DecideOptions): boolean {
  if (image.pending) return image.state !== 'unfinished' || ageSeconds(image, now) <= ABANDONED_SECONDS;
  return image.available && counts(image.state, rehearsal);
}

/** Seconds since the image was made; `now` is ISO 8601. */
export function ageSeconds({ createdAt }: Pick<ExistingImage, 'createdAt'>, now: string): number {
  return (Date.parse(now) - Date.parse(createdAt)) / 1000;
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
