/** Images for tests of pure code; `parts` replace their own. */

import type { ImageRecord } from '../../src/images/model.ts';
import { imageName } from '../../src/plan/decide.ts';

/** A golden image of the web role of the fleet `shop`. */
export function testImage(parts: Partial<ImageRecord> = {}): ImageRecord {
  const { role = 'web', fingerprint = 'f'.repeat(64), generation = 1 } = parts;
  return {
    imageId: 'ami-1',
    name: imageName('shop', role, fingerprint, generation),
    role,
    fingerprint,
    generation,
    state: 'golden',
    createdAt: '2026-01-01T00:00:00.000Z',
    available: true,
    pending: false,
    run: '20260101T000000Z-abcdef',
    region: 'eu-central-1',
    status: 'available',
    commit: '0123456789abcdef0123456789abcdef01234567',
    bakeVersion: '0.1.0',
    sourceAmi: 'ami-0',
    inventory: undefined,
    verification: undefined,
    requiresImdsV2: true,
    deprecatedAt: undefined,
    disabledAt: undefined,
    protected: false,
    snapshots: [{ snapshotId: 'snap-1', kmsKey: undefined }],
    copyOf: undefined,
    ...parts,
  };
}
