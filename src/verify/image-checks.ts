/** What EC2 says of a golden image, beside what its boot shows. Pure. */

import type { ImageRecord } from '../images/model.ts';
import type { CheckResult } from './model.ts';

export interface ImageFacts {
  readonly image: Pick<ImageRecord, 'snapshots' | 'requiresImdsV2'>;
  /** Accounts and groups that may launch it. */
  readonly sharedWith: readonly string[];
  /** The fleet file wants its snapshots encrypted. */
  readonly encrypted: boolean;
}

/** EC2's name for everybody. */
const PUBLIC = 'all';

export function imageChecks({ image, sharedWith, encrypted }: ImageFacts): CheckResult[] {
  const open = image.snapshots.filter(({ kmsKey }) => kmsKey === undefined);
  return [
    {
      name: 'its snapshots are encrypted as the fleet file says',
      problems: encrypted ? open.map(({ snapshotId }) => `${snapshotId} is not`) : [],
    },
    {
      name: 'instances ask for their metadata with a token (IMDSv2)',
      problems: image.requiresImdsV2 ? [] : ['its `imds-support` is not v2.0'],
    },
    {
      name: 'it is not public',
      problems: sharedWith.includes(PUBLIC) ? ['everybody may launch it'] : [],
    },
  ];
}
