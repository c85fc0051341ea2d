/** The images that AWS would have, as records of the state. */

import type { SourceImage } from '../model.ts';
import { DEFAULT_VOLUME } from './ec2/block-devices.ts';
import { derivedId } from './state/ids.ts';
import type { Image } from './state/model.ts';

export function imageOf(source: SourceImage): Image {
  const rootDeviceName = '/dev/xvda';
  const snapshotId = derivedId('snap', source.imageId);
  return {
    id: source.imageId,
    region: undefined,
    name: source.name,
    description: `${source.name} (a rehearsal's)`,
    ownerId: source.ownerId,
    // Images of verified providers show this alias.
    ownerAlias: 'amazon',
    architecture: source.architecture,
    state: 'available',
    stateReason: undefined,
    creationDate: creationDate(source.name),
    rootDeviceName,
    devices: [{ ...DEFAULT_VOLUME, name: rootDeviceName, snapshotId }],
    permissions: [{ kind: 'group', value: 'all' }],
    imdsSupport: undefined,
    enaSupport: true,
    deprecationTime: undefined,
    deregistrationProtection: 'disabled',
    sourceInstanceId: undefined,
    sourceImageId: undefined,
    sourceImageRegion: undefined,
    disk: source.imageId,
    tags: new Map(),
  };
}

/** The day that is part of a Debian image's name; the newest image must look newest. */
function creationDate(name: string): Date {
  const [, year, month, day] = /-(\d{4})(\d\d)(\d\d)-/.exec(name) ?? [];
  const date = new Date(`${year}-${month}-${day}T00:00:00.000Z`);
  return Number.isNaN(date.getTime()) ? new Date('2024-01-01T00:00:00.000Z') : date;
}
