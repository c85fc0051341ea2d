/** Block device mappings: read from requests, laid over an image's own, written into descriptions. */

import { AwsError } from '../aws-error.ts';
import type { BlockDevice, Volume } from '../state/model.ts';
import type { Params } from '../wire/params.ts';
import type { XmlElement } from '../wire/xml.ts';

export const DEFAULT_VOLUME: Omit<BlockDevice, 'name'> = {
  snapshotId: undefined,
  sizeGiB: 8,
  type: 'gp3',
  iops: 3000,
  throughput: 125,
  encrypted: false,
  kmsKeyArn: undefined,
  deleteOnTermination: true,
};

/** Where things are encrypted, and with which key if none is named. */
export interface KeyPlace {
  readonly region: string;
  readonly accountId: string;
}

/**
 * An image's devices with a request's mappings laid over them.
 * @throws AwsError InvalidBlockDeviceMapping for a volume smaller than its snapshot
 */
export function overlayDevices(
  own: readonly BlockDevice[],
  params: Params,
  place: KeyPlace,
): readonly BlockDevice[] {
  const devices = new Map(own.map((device) => [device.name, device]));
  for (const mapping of params.structures('BlockDeviceMapping')) {
    const name = mapping.required('DeviceName');
    const ebs = mapping.structure('Ebs');
    if (mapping.raw('NoDevice') !== undefined) devices.delete(name);
    else if (ebs !== undefined) {
      devices.set(name, overlay(devices.get(name) ?? { name, ...DEFAULT_VOLUME }, ebs, place));
    }
  }
  return [...devices.values()];
}

function overlay(base: BlockDevice, ebs: Params, place: KeyPlace): BlockDevice {
  const type = ebs.text('VolumeType') ?? base.type;
  const encrypted = ebs.flag('Encrypted') === true || base.encrypted;
  return {
    name: base.name,
    snapshotId: ebs.text('SnapshotId') ?? base.snapshotId,
    sizeGiB: readSize(base, ebs),
    type,
    ...readSpeed(type, ebs),
    encrypted,
    kmsKeyArn: encrypted ? keyArn(ebs.text('KmsKeyId') ?? base.kmsKeyArn, place) : undefined,
    deleteOnTermination: ebs.flag('DeleteOnTermination') ?? base.deleteOnTermination,
  };
}

function readSize(base: BlockDevice, ebs: Params): number {
  const size = ebs.integer('VolumeSize') ?? base.sizeGiB;
  const least = base.snapshotId === undefined ? 1 : base.sizeGiB;
  if (size >= least) return size;
  throw new AwsError(
    'InvalidBlockDeviceMapping',
    `Volume of size ${size}GB is smaller than snapshot '${base.snapshotId}', expect size >= ${least}GB`,
  );
}

function readSpeed(type: string, ebs: Params): Pick<BlockDevice, 'iops' | 'throughput'> {
  const byDefault = type === 'gp3' ? { iops: 3000, throughput: 125 } : undefined;
  return {
    iops: ebs.integer('Iops') ?? byDefault?.iops,
    throughput: ebs.integer('Throughput') ?? byDefault?.throughput,
  };
}

/** The key as descriptions name it; the account's default key where none is given. */
export function keyArn(key: string | undefined, { region, accountId }: KeyPlace): string {
  if (key?.startsWith('arn:') === true) return key;
  const resource = key === undefined ? 'alias/aws/ebs' : key.startsWith('alias/') ? key : `key/${key}`;
  return `arn:aws:kms:${region}:${accountId}:${resource}`;
}

/** An image's mappings, as DescribeImages shows them. */
export function encodeImageDevices(devices: readonly BlockDevice[]): readonly XmlElement[] {
  return devices.map((device) => ({
    deviceName: device.name,
    ebs: {
      snapshotId: device.snapshotId,
      volumeSize: device.sizeGiB,
      deleteOnTermination: device.deleteOnTermination,
      volumeType: device.type,
      iops: device.iops,
      throughput: device.throughput,
      encrypted: device.encrypted,
      kmsKeyId: device.kmsKeyArn,
    },
  }));
}

/** An instance's volumes, as DescribeInstances shows them. */
export function encodeInstanceDevices(volumes: readonly Volume[]): readonly XmlElement[] {
  return volumes.map(({ id, device, createTime }) => ({
    deviceName: device.name,
    ebs: {
      volumeId: id,
      status: 'attached',
      attachTime: createTime,
      deleteOnTermination: device.deleteOnTermination,
    },
  }));
}
