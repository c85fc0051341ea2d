/** The volumes of instances: DescribeVolumes, DeleteVolume. */

import { AwsError } from '../aws-error.ts';
import type { Volume, VolumeState } from '../state/model.ts';
import { byId } from '../state/resources.ts';
import type { XmlElement } from '../wire/xml.ts';
import { DONE, type Ec2Call, type World } from './action.ts';
import { applyFilters, type FilterFields, present, readFilters } from './filters.ts';
import { pageOf } from './paging.ts';
import { encodeTags } from './tag-encoding.ts';

const FIELDS: FilterFields<Volume> = {
  'attachment.delete-on-termination': ({ device }) => [String(device.deleteOnTermination)],
  'attachment.device': ({ instanceId, device }) => present(instanceId && device.name),
  'attachment.instance-id': ({ instanceId }) => present(instanceId),
  'attachment.status': ({ instanceId }) => present(instanceId && 'attached'),
  'availability-zone': ({ availabilityZone }) => [availabilityZone],
  'create-time': ({ createTime }) => [createTime.toISOString()],
  encrypted: ({ device }) => [String(device.encrypted)],
  size: ({ device }) => [String(device.sizeGiB)],
  'snapshot-id': ({ device }) => present(device.snapshotId),
  status: (volume) => [stateOf(volume)],
  'volume-id': ({ id }) => [id],
  'volume-type': ({ device }) => [device.type],
};

export function describeVolumes(world: World, { region, params }: Ec2Call): XmlElement {
  const { volumes } = world.state;
  const ids = params.list('VolumeId');
  const all =
    ids.length > 0
      ? ids.map((id) => byId(volumes, 'vol', region, id))
      : [...volumes.values()].filter((volume) => volume.region === region);
  const { records, nextToken } = pageOf(applyFilters(all, readFilters(params), FIELDS), params);
  return { volumeSet: records.map(encodeVolume), nextToken };
}

function stateOf({ instanceId }: Volume): VolumeState {
  return instanceId === undefined ? 'available' : 'in-use';
}

function encodeVolume(volume: Volume): XmlElement {
  const { id, device, instanceId, createTime } = volume;
  const attachment = {
    volumeId: id,
    instanceId,
    device: device.name,
    status: 'attached',
    attachTime: createTime,
    deleteOnTermination: device.deleteOnTermination,
  };
  return {
    volumeId: id,
    size: device.sizeGiB,
    snapshotId: device.snapshotId ?? '',
    availabilityZone: volume.availabilityZone,
    status: stateOf(volume),
    createTime,
    attachmentSet: instanceId === undefined ? [] : [attachment],
    volumeType: device.type,
    iops: device.iops,
    throughput: device.throughput,
    encrypted: device.encrypted,
    kmsKeyId: device.kmsKeyArn,
    multiAttachEnabled: false,
    tagSet: encodeTags(volume.tags),
  };
}

export function deleteVolume(world: World, { region, params }: Ec2Call): XmlElement {
  const { id, instanceId } = byId(world.state.volumes, 'vol', region, params.required('VolumeId'));
  if (instanceId !== undefined) {
    throw new AwsError('VolumeInUse', `Volume ${id} is currently attached to ${instanceId}`);
  }
  world.state.volumes.delete(id);
  return DONE;
}
