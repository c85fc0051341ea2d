/** Why an image must not be promoted: all of it at once. Pure. */

import type { InputFailure } from '../failure.ts';
import type { Images } from '../fleet/model.ts';
import type { ImageRecord } from './model.ts';
import { copyIn, isLost } from './promote.ts';

/** What an image is judged with. */
export interface Judged {
  /** All of the fleet, in every region that it names. */
  readonly images: readonly ImageRecord[];
  readonly settings: Images;
  /** `REGION KEY` of the KMS keys that AWS manages. */
  readonly awsKeys: ReadonlySet<string>;
}

export function promotionProblems(image: ImageRecord, judged: Judged): InputFailure[] {
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
  return judged.settings.accounts.length === 0 ? problems : [...problems, ...keyProblems(image, judged)];
}

/** Who is shared an image with has to be let use its key, which of AWS's own keys nobody can do. */
function keyProblems(image: ImageRecord, judged: Judged): InputFailure[] {
  const problem = encryptionProblem(image, judged, 'set `builder.encryption.kms_key`', 'bake again');
  const isEncrypted = image.snapshots.some(({ kmsKey }) => kmsKey !== undefined);
  return [
    ...problem,
    ...judged.settings.regions.flatMap(({ region, kmsKey }) => {
      const setting = `\`images.regions.${region}.kms_key\``;
      const copy = copyIn(region, image, judged.images);
      if (copy !== undefined && !isLost(copy))
        return encryptionProblem(copy, judged, `set ${setting}`, `deregister ${copy.imageId}`);
      const isOwn = kmsKey === undefined ? !isEncrypted : !judged.awsKeys.has(`${region} ${kmsKey}`);
      return isOwn ? [] : [copyProblem(region, kmsKey, setting)];
    }),
  ];
}

function encryptionProblem(
  { imageId, name, region, snapshots }: ImageRecord,
  { awsKeys }: Judged,
  setting: string,
  then: string,
): InputFailure[] {
  const key = snapshots.find(({ kmsKey }) => awsKeys.has(`${region} ${kmsKey}`))?.kmsKey;
  if (key === undefined) return [];
  return [
    {
      kind: 'input',
      problem: `${imageId} (${name}) can't be shared: it is encrypted with ${key}, which AWS manages and no other account can use`,
      remedy: `${setting} to a key of your own that lets the accounts use it, and ${then}`,
    },
  ];
}

function copyProblem(region: string, kmsKey: string | undefined, setting: string): InputFailure {
  return {
    kind: 'input',
    problem: `a copy in ${region} could not be shared: ${kmsKey ?? 'the key that AWS would take'} is managed by AWS, and no other account can use it`,
    remedy: `set ${setting} to a key of your own that lets the accounts use it`,
  };
}
