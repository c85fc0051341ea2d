/** The AMIs that a rehearsal offers to start from. */

import { createHash } from 'node:crypto';
import type { Distribution, SourceImage } from '../model.ts';

/** Debian's account, as https://wiki.debian.org/Cloud/AmazonEC2Image names it. */
const DEBIAN = '136693071363';

const RELEASES: ReadonlyArray<readonly [distribution: Distribution, release: string]> = [
  ['debian-12', '12'],
  ['debian-13', '13'],
];

export function sourceImages(architecture = process.arch): SourceImage[] {
  const [debian, aws] =
    architecture === 'arm64' ? (['arm64', 'arm64'] as const) : (['amd64', 'x86_64'] as const);
  return RELEASES.map(([distribution, release]) => ({
    imageId: `ami-${createHash('sha256').update(`${distribution} ${debian}`).digest('hex').slice(0, 17)}`,
    name: `debian-${release}-${debian}-20261101-2282`,
    ownerId: DEBIAN,
    architecture: aws,
    distribution,
    ssmParameter: `/aws/service/debian/release/${release}/latest/${debian}`,
  }));
}
