/**
 * What a promotion does, region by region: copies, shares, publishes, and retires what was there before.
 * What has been done already is left out, so that the same command continues one that failed. Pure.
 */

import type { Images } from '../fleet/model.ts';
import type { ImageRecord } from './model.ts';

/** An SSM parameter as it is. */
export interface PublishedParameter {
  readonly value: string;
  readonly version: number;
}

/** What is known before a promotion. */
export interface PromotionState {
  /** Baked in the fleet's own region. */
  readonly image: ImageRecord;
  /** All of the fleet, in every region that it names. */
  readonly images: readonly ImageRecord[];
  /** AMI id → accounts that may launch it. */
  readonly shared: ReadonlyMap<string, readonly string[]>;
  /** `REGION NAME` → the parameter; missing where there is none. */
  readonly parameters: ReadonlyMap<string, PublishedParameter>;
}

export type PromotionStep =
  | { readonly kind: 'copy'; readonly kmsKey: string | undefined }
  | { readonly kind: 'await'; readonly imageId: string }
  /** A copy that can never be launched has the name that the next one needs. */
  | { readonly kind: 'discard'; readonly imageId: string }
  | { readonly kind: 'share'; readonly accounts: readonly string[] }
  /** `value` undefined: the AMI id of the region's image. `version`: of what it replaces, 0 where there is none. */
  | {
      readonly kind: 'publish';
      readonly name: string;
      readonly value: string | undefined;
      readonly version: number;
    }
  | {
      readonly kind: 'retire';
      readonly imageId: string;
      readonly name: string;
      readonly deprecateAt: string;
    };

export interface RegionPlan {
  readonly region: string;
  /** Undefined: it is copied there first. */
  readonly imageId: string | undefined;
  /** Empty: all is done there. */
  readonly steps: readonly PromotionStep[];
}

/** The fleet's own region first. `now` is ISO 8601. */
export function planPromotion(state: PromotionState, settings: Images, now: string): RegionPlan[] {
  const home = planRegion(state, state.image, [], { region: state.image.region, settings, now });
  const others = settings.regions.map(({ region, kmsKey }) => {
    const found = copyIn(region, state.image, state.images);
    const copy = found !== undefined && isLost(found) ? undefined : found;
    const discard = found === copy ? [] : [{ kind: 'discard', imageId: found?.imageId ?? '' } as const];
    return planRegion(state, copy, [...discard, ...bringing(copy, kmsKey)], { region, settings, now });
  });
  return [home, ...others];
}

/** The copy of an image in a region, whatever state it is in. */
export function copyIn(
  region: string,
  { name }: ImageRecord,
  images: readonly ImageRecord[],
): ImageRecord | undefined {
  return images.find((other) => other.region === region && other.name === name);
}

/** AWS gave it up: it never was and never will be launched. */
export function isLost({ status }: ImageRecord): boolean {
  return ['failed', 'error', 'invalid'].includes(status);
}

function bringing(copy: ImageRecord | undefined, kmsKey: string | undefined): PromotionStep[] {
  if (copy === undefined) return [{ kind: 'copy', kmsKey }];
  return copy.status === 'available' ? [] : [{ kind: 'await', imageId: copy.imageId }];
}

interface Place {
  readonly region: string;
  readonly settings: Images;
  readonly now: string;
}

function planRegion(
  state: PromotionState,
  image: ImageRecord | undefined,
  bring: readonly PromotionStep[],
  place: Place,
): RegionPlan {
  return {
    region: place.region,
    imageId: image?.imageId,
    steps: [
      ...bring,
      ...sharing(state, image, place),
      ...publishing(state, image, place),
      ...retiring(state, place),
    ],
  };
}

function sharing(
  { shared }: PromotionState,
  image: ImageRecord | undefined,
  { settings }: Place,
): PromotionStep[] {
  const already = shared.get(image?.imageId ?? '') ?? [];
  const accounts = settings.accounts.filter((account) => !already.includes(account));
  return accounts.length === 0 ? [] : [{ kind: 'share', accounts }];
}

/** Names of the parameters of a role; undefined where the fleet file names no path. */
export function parameterNames(
  settings: Images,
  role: string,
): { readonly imageId: string; readonly about: string } | undefined {
  if (settings.parameters === undefined) return undefined;
  const imageId = `${settings.parameters}/${role}`;
  return { imageId, about: `${imageId}/about` };
}

/** What is known of it first: who reads the new id finds what belongs to it. */
function publishing(
  { image: promoted, parameters }: PromotionState,
  image: ImageRecord | undefined,
  { region, settings }: Place,
): PromotionStep[] {
  const names = parameterNames(settings, promoted.role);
  if (names === undefined) return [];
  const step = (name: string, value: string | undefined, wanted: string | undefined): PromotionStep[] => {
    const now = parameters.get(`${region} ${name}`);
    if (now !== undefined && now.value === wanted) return [];
    return [{ kind: 'publish', name, value, version: now?.version ?? 0 }];
  };
  const about = aboutText(promoted);
  return [...step(names.about, about, about), ...step(names.imageId, undefined, image?.imageId)];
}

/** Tags don't travel to other accounts, so the parameter says what they would. */
export function aboutText(image: ImageRecord): string {
  const { name, role, fingerprint, generation, commit, bakeVersion, createdAt, inventory } = image;
  return JSON.stringify({
    name,
    role,
    fingerprint,
    generation,
    commit,
    bakeVersion,
    createdAt,
    inventory: inventory ?? null,
  });
}

function retiring({ image, images }: PromotionState, { region, settings, now }: Place): PromotionStep[] {
  const deprecateAt = after(now, settings.deprecateAfterSeconds);
  return images
    .filter((other) => other.region === region && other.role === image.role && other.name !== image.name)
    .filter((other) => other.state === 'golden' && isBefore(other, image, images))
    .map(({ imageId, name }) => ({ kind: 'retire', imageId, name, deprecateAt }));
}

/** By the time of the bake: a copy is younger than its original. */
function isBefore(other: ImageRecord, image: ImageRecord, images: readonly ImageRecord[]): boolean {
  const original = images.find(({ imageId }) => imageId === other.copyOf?.imageId) ?? other;
  return original.createdAt < image.createdAt;
}

/** ISO 8601. */
export function after(now: string, seconds: number): string {
  return new Date(Date.parse(now) + seconds * 1000).toISOString();
}
