/** Why an image must not be promoted: all of it at once. Pure. */

import type { InputFailure } from '../failure.ts';
import type { Images } from '../fleet/model.ts';
import type { ImageRecord } from './model.ts';

/** `awsKeys` are those of its KMS keys that AWS manages. */
export function promotionProblems(
  image: ImageRecord,
  settings: Images,
  awsKeys: ReadonlySet<string>,
): InputFailure[] {
  const named = `${image.imageId} (${image.name})`;
  const problems: InputFailure[] = [];
  if (image.copyOf !== undefined) {
    const { region, imageId } = image.copyOf;
    problems.push({
      kind: 'input',
      problem: `${named} is a copy of ${imageId} in ${region}`,
      remedy: `promote ${imageId}: it brings its copies with it`,
    });
  }
  if (image.state !== 'golden') {
    problems.push({
      kind: 'input',
      problem: `${named} is ${image.state}, and only golden images are promoted`,
      remedy: 'prove it first; what is proven is golden',
    });
  }
  if (image.status !== 'available') {
    problems.push({
      kind: 'input',
      problem: `${named} can't be launched: it is ${image.status}`,
      remedy: 'choose another image of its role',
    });
  }
  const key = image.snapshots.find(({ kmsKey }) => kmsKey !== undefined && awsKeys.has(kmsKey))?.kmsKey;
  if (settings.accounts.length > 0 && key !== undefined) {
    problems.push({
      kind: 'input',
      problem: `${named} can't be shared: it is encrypted with ${key}, which AWS manages and no other account can use`,
      remedy:
        'set `builder.encryption.kms_key` to a key of your own that lets the accounts use it, and bake again',
    });
  }
  return problems;
}
