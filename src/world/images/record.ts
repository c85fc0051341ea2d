/** EC2's description of an image → {@link ImageRecord}. Pure. */

import type { Image } from '@aws-sdk/client-ec2';
import type { ImageRecord } from '../../images/model.ts';
import { existingImage } from '../../plan/decide.ts';
import { TAG } from '../../plan/tags.ts';

/** An image of a fleet with all of its tags. */
export interface TaggedImage {
  readonly image: ImageRecord;
  readonly tags: ReadonlyMap<string, string>;
}

/** Undefined for an image that is not bake's. */
export function taggedImage(image: Image, region: string): TaggedImage | undefined {
  const tags = new Map((image.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
  const status = image.State ?? '';
  const existing = existingImage(
    { imageId: image.ImageId ?? '', name: image.Name ?? '', createdAt: image.CreationDate ?? '', status },
    tags,
  );
  if (existing === undefined) return undefined;
  return {
    tags,
    image: {
      ...existing,
      region,
      status,
      commit: tags.get(TAG.commit) ?? '',
      bakeVersion: tags.get(TAG.version) ?? '',
      sourceAmi: tags.get(TAG.sourceAmi) ?? '',
      inventory: tags.get(TAG.inventory),
      verification: tags.get(TAG.verification),
      deprecatedAt: image.DeprecationTime,
      disabledAt: tags.get(TAG.disabledAt),
      protected: ![undefined, '', 'disabled'].includes(image.DeregistrationProtection),
      requiresImdsV2: image.ImdsSupport === 'v2.0',
      snapshots: snapshotsOf(image),
      copyOf: copyOf(image, tags),
    },
  };
}

function snapshotsOf({ BlockDeviceMappings = [] }: Image): ImageRecord['snapshots'] {
  return BlockDeviceMappings.flatMap(({ Ebs }) =>
    Ebs?.SnapshotId === undefined
      ? []
      : [{ snapshotId: Ebs.SnapshotId, kmsKey: Ebs.Encrypted === true ? Ebs.KmsKeyId : undefined }],
  );
}

/** EC2 names an image's source also where it was made from an instance; a copy has none. */
function copyOf(image: Image, tags: ReadonlyMap<string, string>): ImageRecord['copyOf'] {
  const { SourceImageId: imageId, SourceImageRegion: region, SourceInstanceId: instance } = image;
  if (imageId === undefined || region === undefined || instance !== undefined) return undefined;
  return imageId === tags.get(TAG.sourceAmi) ? undefined : { region, imageId };
}
