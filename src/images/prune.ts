/**
 * Which images nobody needs any more, and why each other one stays. An image and its copies in other regions
 * are one: what uses a copy keeps the original. Pure.
 */

import { ageSeconds, imageName } from '../plan/decide.ts';
import type { ImageRecord, KeepReason, UsedImage, Verdict } from './model.ts';

export interface PruneOptions {
  readonly fleet: string;
  /** How many of each role stay whatever their age; at least 1. */
  readonly keep: number;
  readonly olderThanSeconds: number;
  /** How long an image stays disabled before it is deleted. */
  readonly graceSeconds: number;
  /** ISO 8601. */
  readonly now: string;
  /** Whether the command was asked about this image. */
  readonly isSelected: (image: ImageRecord) => boolean;
}

/** An image with its copies: they share one name. */
interface Family {
  readonly name: string;
  readonly role: string;
  /** Of the original, or of the oldest copy where that is gone. */
  readonly createdAt: string;
  readonly members: readonly UsedImage[];
}

/** One verdict for each image, by role, newest first. `images` are all of the fleet, of every region that it names. */
export function planPrune(images: readonly UsedImage[], options: PruneOptions): Verdict[] {
  const families = familiesOf(images);
  return families.flatMap((family) => {
    const reason = familyReason(family, families, options);
    return family.members.map((member) => verdict(member.image, reason, options));
  });
}

/** What is to be done by now, without what nobody has said yes to: `shown` is what they saw. */
export function onlyAgreed(shown: readonly Verdict[], now: readonly Verdict[]): Verdict[] {
  const agreed = new Set(shown.map(({ action, image }) => `${action} ${image.region} ${image.imageId}`));
  return now.map((verdict) =>
    agreed.has(`${verdict.action} ${verdict.image.region} ${verdict.image.imageId}`) ||
    verdict.action === 'keep'
      ? verdict
      : { action: 'keep', image: verdict.image, reason: { kind: 'not-selected' } },
  );
}

function verdict(image: ImageRecord, family: KeepReason | undefined, options: PruneOptions): Verdict {
  const reason = ownReason(image, options) ?? family ?? lastReason(image, options);
  if (reason !== undefined) return { action: 'keep', image, reason };
  return { action: image.status === 'disabled' ? 'delete' : 'disable', image };
}

/** What keeps this one, whatever its copies are. */
function ownReason(image: ImageRecord, { fleet, isSelected }: PruneOptions): KeepReason | undefined {
  if (!isSelected(image)) return { kind: 'not-selected' };
  const expected = imageName(fleet, image.role, image.fingerprint, image.generation);
  if (image.name !== expected) return { kind: 'name-differs', expected };
  const isFinished = image.state !== 'unfinished' && ['available', 'disabled'].includes(image.status);
  return isFinished ? undefined : { kind: 'unfinished' };
}

/** What keeps an image and all of its copies. */
function familyReason(
  family: Family,
  families: readonly Family[],
  { keep, olderThanSeconds, now }: PruneOptions,
): KeepReason | undefined {
  const uses = family.members.flatMap(({ image, uses: own }) =>
    own.map((use) => ({ region: image.region, use })),
  );
  if (uses.length > 0) return { kind: 'in-use', uses };
  const ofRole = families.filter(({ role, members }) => role === family.role && members.some(isFinished));
  if (ofRole.find(isGolden) === family) return { kind: 'newest-golden' };
  if (ofRole.slice(0, keep).includes(family)) return { kind: 'among-newest', keep };
  const age = ageSeconds(family, now);
  // An age that can't be read is none that would be old enough.
  return age >= olderThanSeconds ? undefined : { kind: 'young', ageSeconds: age };
}

/** What keeps one that nobody needs. */
function lastReason(image: ImageRecord, { graceSeconds, now }: PruneOptions): KeepReason | undefined {
  if (image.protected) return { kind: 'protected' };
  if (image.status !== 'disabled') return undefined;
  const disabled = ageSeconds({ createdAt: image.disabledAt ?? '' }, now);
  if (Number.isNaN(disabled)) return { kind: 'disabled-by-others' };
  const left = graceSeconds - disabled;
  return left > 0 ? { kind: 'grace', leftSeconds: left } : undefined;
}

/** By role, newest first. */
function familiesOf(images: readonly UsedImage[]): Family[] {
  const byName = Map.groupBy(images, ({ image }) => `${image.role}\n${image.name}`);
  return [...byName.values()]
    .map((members): Family => {
      const sorted = members.toSorted((a, b) => compareTexts(a.image.createdAt, b.image.createdAt));
      const first = sorted[0]?.image;
      if (first === undefined) throw new Error('a group has a member');
      return { name: first.name, role: first.role, createdAt: first.createdAt, members: sorted };
    })
    .sort(
      (a, b) =>
        compareTexts(a.role, b.role) ||
        compareTexts(b.createdAt, a.createdAt) ||
        compareTexts(a.name, b.name),
    );
}

function isFinished({ image }: UsedImage): boolean {
  return image.state !== 'unfinished';
}

function isGolden({ members }: Family): boolean {
  return members.some(({ image }) => image.state === 'golden' && image.status === 'available');
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
