/** The images that a rehearsal's AWS has before anything is baked: Debian's. */

import { createHash } from 'node:crypto';
import type { Distribution, SourceImage } from '../model.ts';

/** Debian's account, which owns its AMIs in every commercial region. */
const DEBIAN_OWNER = '136693071363';

/** As at the end of the names of Debian's AMIs: the day and the number of a build. */
const BUILD = '20261101-2282';

/** The images for this machine's processor; the same ids on every machine. */
export function sourceImages(architecture: string = process.arch): SourceImage[] {
  return (['debian-12', 'debian-13'] as const).map((distribution) => sourceImage(distribution, architecture));
}

function sourceImage(distribution: Distribution, architecture: string): SourceImage {
  const arm = architecture === 'arm64';
  const debianArchitecture = arm ? 'arm64' : 'amd64';
  const name = `${distribution}-${debianArchitecture}-${BUILD}`;
  return {
    imageId: `ami-${createHash('sha256').update(name).digest('hex').slice(0, 17)}`,
    name,
    ownerId: DEBIAN_OWNER,
    architecture: arm ? 'arm64' : 'x86_64',
    distribution,
    ssmParameter: `/aws/service/debian/release/${distribution.slice('debian-'.length)}/latest/${debianArchitecture}`,
  };
}
