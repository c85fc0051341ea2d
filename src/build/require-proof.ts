/** Before anyone relies on a golden image: its verification is looked up. */

import type { Emit } from '../events.ts';
import { fail } from '../failure.ts';
import { isDigest, REPORT } from '../images/reports.ts';
import { type Claim, vouchFor } from '../images/vouch.ts';
import type { ReportStore } from '../world/report-store.ts';

/** Warns where the report is not here. @throws Failed where the tags claim what no verification says */
export async function requireProof(image: Claim, store: ReportStore, emit: Emit): Promise<void> {
  if (image.state !== 'golden') return;
  const digest = image.verification;
  const isNamed = digest !== undefined && isDigest(digest);
  const content = isNamed ? await store.read(REPORT.verification(digest)) : undefined;
  const vouched = vouchFor(image, content);
  if (vouched.kind === 'forged') fail(vouched.failure);
  if (vouched.kind === 'vouched') return;
  emit({
    type: 'notice',
    level: 'warning',
    text: `the report that made ${image.imageId} golden is not here, so only its tags say so`,
    remedy:
      store.shared === undefined
        ? 'with `images.reports` in the fleet file, every machine can look it up'
        : `it is not in ${store.shared}; \`bake verify --image ${image.imageId}\` makes a new one`,
  });
}
