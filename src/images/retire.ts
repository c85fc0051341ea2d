/** Taking a golden image out of service before its time. Pure. */

import type { InputFailure } from '../failure.ts';
import type { ImageRecord } from './model.ts';

/** Why an image must not be retired. `published` are the AMI ids that the fleet's SSM parameters hold. */
export function retirementProblems(
  image: ImageRecord,
  images: readonly ImageRecord[],
  published: ReadonlySet<string>,
): InputFailure[] {
  const named = `${image.imageId} (${image.name})`;
  const family = images.filter(({ name }) => name === image.name);
  // Where retiring it was not finished, a copy of it is still golden.
  if (!family.some(({ state }) => state === 'golden')) {
    return [
      {
        kind: 'input',
        problem: `${named} is ${image.state}, and only golden images are retired`,
        remedy: 'images of other states need not be: `bake images prune` cleans them up',
      },
    ];
  }
  const others = images.filter(
    ({ role, state, status, name }) =>
      role === image.role && state === 'golden' && status === 'available' && name !== image.name,
  );
  if (others.length === 0) {
    return [
      {
        kind: 'input',
        problem: `${named} is the only golden image of ${image.role}`,
        remedy: 'bake and promote another one first',
      },
    ];
  }
  if (!family.some(({ imageId }) => published.has(imageId))) return [];
  return [
    {
      kind: 'input',
      problem: `${named} is the one that is published for ${image.role}`,
      remedy: `promote another one: ${others.map(({ imageId }) => imageId).join(', ')}`,
    },
  ];
}
