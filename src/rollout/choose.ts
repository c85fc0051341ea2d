/** Which image is rolled out where none was named. Pure. */

import type { ExistingImage, ImageState } from '../plan/decide.ts';

/** The newest image of a role that may be rolled out; undefined where there is none. */
export function newestImage(
  images: readonly ExistingImage[],
  role: string,
  { allowCandidate, isRehearsal }: { readonly allowCandidate: boolean; readonly isRehearsal: boolean },
): ExistingImage | undefined {
  const states: readonly ImageState[] = [
    'golden',
    ...(allowCandidate ? (['candidate', 'unproven'] as const) : []),
    ...(isRehearsal ? (['unproven'] as const) : []),
  ];
  return images
    .filter((image) => image.role === role && image.available && states.includes(image.state))
    .toSorted(
      (one, other) => other.createdAt.localeCompare(one.createdAt) || other.generation - one.generation,
    )[0];
}
