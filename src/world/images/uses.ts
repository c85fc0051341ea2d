/**
 * The door to what refers to images in a region. A call that is denied leaves it open who does: then every
 * image counts as used.
 */

import type { EC2Client, EC2ClientConfig } from '@aws-sdk/client-ec2';
import type { Use } from '../../images/model.ts';
import { groupUses, mergeUses } from '../../images/references.ts';
import { deniedBy } from '../aws-errors.ts';
import { lazily } from '../lazily.ts';
import {
  groups,
  imagesMadeFrom,
  instances,
  launchConfigurations,
  references,
  type Uses,
} from './use-finders.ts';

export interface ImageUses {
  /** AMI id → all that refers to it, of those that were asked about. */
  of(imageIds: readonly string[]): Promise<Map<string, Use[]>>;
}

export function openImageUses(settings: EC2ClientConfig, ec2: () => Promise<EC2Client>): ImageUses {
  const autoScaling = lazily(
    async () => new (await import('@aws-sdk/client-auto-scaling')).AutoScalingClient({ ...settings }),
  );
  return {
    of: async (imageIds) => {
      if (imageIds.length === 0) return new Map();
      const client = await ec2();
      const all = await Promise.all([
        unlessDenied(imageIds, () => references(client, imageIds)),
        unlessDenied(imageIds, () => instances(client, imageIds)),
        unlessDenied(imageIds, () => imagesMadeFrom(client, imageIds)),
        unlessDenied(imageIds, async () => groupUses(await groups(await autoScaling()))),
        unlessDenied(imageIds, async () => launchConfigurations(await autoScaling())),
      ]);
      const merged = mergeUses(all);
      return new Map(imageIds.map((id) => [id, merged.get(id) ?? []]));
    },
  };
}

/** Where the call is denied, every image is used by nobody knows whom. */
export async function unlessDenied(imageIds: readonly string[], call: () => Promise<Uses>): Promise<Uses> {
  try {
    return await call();
  } catch (error) {
    const denied = deniedBy(error);
    if (denied === undefined) throw error;
    const use: Use = { kind: 'unknown', operation: denied.operation, reason: denied.code };
    return new Map(imageIds.map((id) => [id, [use]]));
  }
}
