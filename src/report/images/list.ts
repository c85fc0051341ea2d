/** The images of a fleet as a table. Pure. */

import type { ImageRecord, UsedImage } from '../../images/model.ts';
import { ageSeconds } from '../../plan/decide.ts';
import { formatAge } from '../duration.ts';
import { table } from '../table.ts';
import { usesSummary } from './use-words.ts';

/** An image of the fleet's own region, and its copies in others. */
export interface ListedImage extends UsedImage {
  readonly copies: readonly UsedImage[];
}

/** Copies stand with their original, or alone where that is gone. By role, newest first. */
export function listed(images: readonly UsedImage[], home: string): ListedImage[] {
  const isCopy = ({ image }: UsedImage) => image.region !== home;
  const hasOriginal = (copy: UsedImage) =>
    images.some((other) => !isCopy(other) && other.image.name === copy.image.name);
  return images
    .filter((used) => !isCopy(used) || !hasOriginal(used))
    .map((used) => ({
      ...used,
      copies: images.filter(
        (other) => other !== used && isCopy(other) && other.image.name === used.image.name,
      ),
    }))
    .sort(
      (a, b) =>
        a.image.role.localeCompare(b.image.role, 'en') || (a.image.createdAt < b.image.createdAt ? 1 : -1),
    );
}

const HEADER = ['ROLE', 'STATE', 'AGE', 'IMAGE', 'BASE', 'FINGERPRINT', 'COMMIT', 'USED BY', 'COPIES'];

/** Bases are found among `all`; `now` is ISO 8601. */
export function listLines(
  images: readonly ListedImage[],
  all: readonly ListedImage[],
  now: string,
): string[] {
  if (images.length === 0) return ['no images'];
  return table([HEADER, ...images.map((image) => row(image, all, now))]);
}

function row({ image, uses, copies }: ListedImage, all: readonly ListedImage[], now: string): string[] {
  return [
    image.role,
    stateWords(image),
    formatAge(ageSeconds(image, now)),
    image.imageId,
    baseWords(image, all),
    `${image.fingerprint.slice(0, 12)}-${image.generation}`,
    image.commit.replace(/^([0-9a-f]{12})[0-9a-f]*/, '$1') || '-',
    usesSummary([...uses, ...copies.flatMap((copy) => copy.uses)]) || '-',
    copies.map((copy) => copy.image.region).join(', ') || '-',
  ];
}

/** EC2's own state only where it is not what one expects. */
export function stateWords({ state, status }: ImageRecord): string {
  return status === 'available' ? state : `${state}, ${status}`;
}

/** What a role's image was baked from, as long as that is there. */
function baseWords({ sourceAmi }: ImageRecord, all: readonly ListedImage[]): string {
  const base = all.find(({ image }) => image.imageId === sourceAmi)?.image;
  return base === undefined ? sourceAmi || '-' : `${base.fingerprint.slice(0, 12)}-${base.generation}`;
}
