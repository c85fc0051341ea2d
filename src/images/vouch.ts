/** Whether an image is golden because a verification says so, or only because its tags do. Pure. */

import { z } from 'zod';
import type { InputFailure } from '../failure.ts';
import type { ImageRecord } from './model.ts';
import { digestOfReport, isDigest } from './reports.ts';

export type Claim = Pick<ImageRecord, 'imageId' | 'name' | 'fingerprint' | 'state' | 'verification'>;

/** `unknown`: the report is not here, so nobody can tell on this machine. */
export type Vouched =
  | { readonly kind: 'vouched' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'forged'; readonly failure: InputFailure };

const REPORT = z.object({
  schema: z.literal(1),
  imageName: z.string(),
  fingerprint: z.string(),
  verdict: z.string(),
});

/** `content`: what is kept under the digest that the image's tags name; undefined where it is not here. */
export function vouchFor(image: Claim, content: Uint8Array | undefined): Vouched {
  const { verification } = image;
  if (verification === undefined || !isDigest(verification)) {
    return forged(image, 'its tags name no verification: somebody has tagged it by hand');
  }
  if (content === undefined) return { kind: 'unknown' };
  if (digestOfReport(content) !== verification) {
    return forged(image, 'what is kept as the report of its verification is not what its tags say');
  }
  const report = REPORT.safeParse(parse(content));
  const isOfIt =
    report.success && report.data.imageName === image.name && report.data.fingerprint === image.fingerprint;
  if (!isOfIt) return forged(image, 'the verification that its tags name is of another image');
  if (report.data.verdict !== 'golden')
    return forged(image, 'the verification that its tags name has failed');
  return { kind: 'vouched' };
}

function forged({ imageId, name }: Claim, why: string): Vouched {
  return {
    kind: 'forged',
    failure: {
      kind: 'input',
      problem: `the tags of ${imageId} (${name}) say that it is golden, and ${why}`,
      remedy: `\`bake verify --image ${imageId}\` proves it, or does not; and look who may tag images`,
    },
  };
}

function parse(content: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(content).toString('utf8'));
  } catch {
    return undefined;
  }
}
