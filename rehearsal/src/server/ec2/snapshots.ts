/** DescribeSnapshots, DeleteSnapshot, and the permissions of snapshots. */

import { AwsError } from '../aws-error.ts';
import { change, type Image, type Snapshot, type State } from '../state/model.ts';
import { byId } from '../state/resources.ts';
import type { XmlElement } from '../wire/xml.ts';
import { DONE, type Ec2Call, type World } from './action.ts';
import { applyFilters, type FilterFields, readFilters } from './filters.ts';
import { pageOf } from './paging.ts';
import { changePermissions, encodePermissions } from './permissions.ts';
import { encodeTags } from './tag-encoding.ts';

const FIELDS: FilterFields<Snapshot> = {
  description: ({ description }) => [description],
  encrypted: ({ encrypted }) => [String(encrypted)],
  'owner-id': ({ ownerId }) => [ownerId],
  progress: (snapshot) => [progress(snapshot)],
  'snapshot-id': ({ id }) => [id],
  'start-time': ({ startTime }) => [startTime.toISOString()],
  status: ({ state }) => [state],
  'volume-id': ({ volumeId }) => [volumeId],
  'volume-size': ({ sizeGiB }) => [String(sizeGiB)],
};

export function describeSnapshots(world: World, { region, params }: Ec2Call): XmlElement {
  const { snapshots } = world.state;
  const ids = params.list('SnapshotId');
  const owners = params.list('Owner').map((owner) => (owner === 'self' ? world.accountId : owner));
  const all =
    ids.length > 0
      ? ids.map((id) => byId(snapshots, 'snap', region, id))
      : [...snapshots.values()].filter((snapshot) => snapshot.region === region);
  const owned = all.filter(({ ownerId }) => owners.length === 0 || owners.includes(ownerId));
  const { records, nextToken } = pageOf(applyFilters(owned, readFilters(params), FIELDS), params);
  return { snapshotSet: records.map(encodeSnapshot), nextToken };
}

function encodeSnapshot(snapshot: Snapshot): XmlElement {
  return {
    snapshotId: snapshot.id,
    volumeId: snapshot.volumeId,
    status: snapshot.state,
    startTime: snapshot.startTime,
    progress: progress(snapshot),
    ownerId: snapshot.ownerId,
    volumeSize: snapshot.sizeGiB,
    description: snapshot.description,
    encrypted: snapshot.encrypted,
    kmsKeyId: snapshot.kmsKeyArn,
    storageTier: 'standard',
    tagSet: encodeTags(snapshot.tags),
  };
}

function progress({ state }: Snapshot): string {
  return state === 'completed' ? '100%' : '0%';
}

export function deleteSnapshot(world: World, { region, params }: Ec2Call): XmlElement {
  const { id } = byId(world.state.snapshots, 'snap', region, params.required('SnapshotId'));
  const [image] = imagesWith(world.state, id);
  if (image !== undefined) {
    throw new AwsError('InvalidSnapshot.InUse', `The snapshot ${id} is currently in use by ${image.id}`);
  }
  world.state.snapshots.delete(id);
  return DONE;
}

/** The images that stand on a snapshot. */
export function imagesWith(state: State, snapshotId: string): readonly Image[] {
  return [...state.images.values()].filter(({ devices }) =>
    devices.some((device) => device.snapshotId === snapshotId),
  );
}

export function modifySnapshotAttribute(world: World, { region, params }: Ec2Call): XmlElement {
  const snapshot = byId(world.state.snapshots, 'snap', region, params.required('SnapshotId'));
  const permissions = changePermissions(snapshot.permissions, params, 'CreateVolumePermission');
  if (permissions === undefined) {
    throw new AwsError('InvalidParameterCombination', 'No attributes specified that the rehearsal knows.');
  }
  change(world.state.snapshots, snapshot.id, { permissions });
  return DONE;
}

export function describeSnapshotAttribute(world: World, { region, params }: Ec2Call): XmlElement {
  const snapshot = byId(world.state.snapshots, 'snap', region, params.required('SnapshotId'));
  const attribute = params.required('Attribute');
  if (attribute !== 'createVolumePermission') {
    throw new AwsError('InvalidParameterValue', `Value (${attribute}) for parameter attribute is invalid.`);
  }
  return { snapshotId: snapshot.id, createVolumePermission: encodePermissions(snapshot.permissions) };
}
