/** CreateImage, CopyImage. */

import { AwsError } from '../aws-error.ts';
import type { ImageFault } from '../life/image-life.ts';
import { newId } from '../state/ids.ts';
import type { BlockDevice, Image, Instance, State, Tags } from '../state/model.ts';
import { byId, isIn } from '../state/resources.ts';
import type { Params } from '../wire/params.ts';
import type { XmlElement } from '../wire/xml.ts';
import type { Ec2Call, World } from './action.ts';
import { keyArn, overlayDevices } from './block-devices.ts';
import { volumesOf } from './instance-encoding.ts';
import { mergeTags, readTagSpecifications } from './tag-encoding.ts';

/** What a running instance's disk holds is taken as it is: nothing is stopped for it. */
export async function createImage(world: World, { region, params }: Ec2Call): Promise<XmlElement> {
  const { state, accountId } = world;
  const instance = byId(state.instances, 'i', region, params.required('InstanceId'));
  const name = freeName(state, region, params.required('Name'));
  checkSource(instance);
  const id = newId('ami');
  const tagsFor = readTagSpecifications(params);
  const volumes = volumesOf(state, instance.id);
  const own = volumes.map(({ device }) => ({ ...device, snapshotId: undefined }));
  const devices = withSnapshots(overlayDevices(own, params, { region, accountId }));
  const image: Image = {
    ...freshImage(world, region, { id, name, description: params.text('Description') ?? '' }),
    architecture: instance.architecture,
    rootDeviceName: instance.rootDeviceName,
    devices,
    imdsSupport: state.images.get(instance.imageId)?.imdsSupport,
    enaSupport: instance.enaSupport,
    sourceInstanceId: instance.id,
    sourceImageId: instance.imageId,
    sourceImageRegion: region,
    disk: id,
    tags: tagsFor('image'),
  };
  const volumeOf = (device: BlockDevice) => volumes.find((volume) => volume.device.name === device.name)?.id;
  const description = `Created by CreateImage(${instance.id}) for ${id}`;
  addImage(world, image, { description, volumeOf, tags: tagsFor('snapshot') });
  await world.imageLife.commit(instance.id, id, takeFault(world, 'ec2:CreateImage'));
  return { imageId: id };
}

/** A copy has the source's tags only where that is asked for. */
export async function copyImage(world: World, { region, params }: Ec2Call): Promise<XmlElement> {
  const { state } = world;
  const sourceRegion = params.required('SourceRegion');
  const source = byId(state.images, 'ami', sourceRegion, params.required('SourceImageId'));
  if (source.state !== 'available') {
    throw new AwsError('InvalidAMIID.Unavailable', `The image ID '${source.id}' is not available`);
  }
  const id = newId('ami');
  const name = freeName(state, region, params.required('Name'));
  const tagsFor = readTagSpecifications(params);
  const kept: Tags = params.flag('CopyImageTags') === true ? source.tags : new Map();
  const image: Image = {
    ...source,
    ...freshImage(world, region, { id, name, description: params.text('Description') ?? source.description }),
    devices: withSnapshots(copiedDevices(source.devices, params, { region, accountId: world.accountId })),
    sourceInstanceId: undefined,
    sourceImageId: source.id,
    sourceImageRegion: sourceRegion,
    tags: mergeTags(kept, tagsFor('image')),
  };
  const description = `Copied for DestinationAmi ${id} from SourceAmi ${source.id}`;
  addImage(world, image, { description, volumeOf: () => 'vol-ffffffff', tags: tagsFor('snapshot') });
  await world.imageLife.copy(id, takeFault(world, 'ec2:CopyImage'));
  return { imageId: id };
}

function freeName(state: State, region: string, name: string): string {
  if (!/^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/.test(name)) {
    throw new AwsError(
      'InvalidAMIName.Malformed',
      'AMI names must be between 3 and 128 characters long, and may contain letters, numbers, ' +
        "'(', ')', '.', '-', '/' and '_'",
    );
  }
  const taken = [...state.images.values()].find(
    (image) => image.name === name && image.region !== undefined && isIn(image, region),
  );
  if (taken === undefined) return name;
  throw new AwsError('InvalidAMIName.Duplicate', `AMI name ${name} is already in use by AMI ${taken.id}`);
}

function checkSource({ id, state }: Instance): void {
  if (state === 'running' || state === 'stopped') return;
  if (state === 'terminated' || state === 'shutting-down') {
    throw new AwsError('IncorrectInstanceState', `The instance '${id}' is ${state}.`);
  }
  throw new AwsError('InvalidParameterValue', `Instance is not in state 'running' or 'stopped': ${id}`);
}

type FreshImage = Omit<
  Image,
  | 'architecture'
  | 'rootDeviceName'
  | 'devices'
  | 'imdsSupport'
  | 'enaSupport'
  | 'sourceInstanceId'
  | 'sourceImageId'
  | 'sourceImageRegion'
  | 'disk'
  | 'tags'
>;

function freshImage(
  world: World,
  region: string,
  named: Pick<Image, 'id' | 'name' | 'description'>,
): FreshImage {
  return {
    ...named,
    region,
    ownerId: world.accountId,
    ownerAlias: undefined,
    state: 'pending',
    stateReason: undefined,
    creationDate: world.now(),
    permissions: [],
    deprecationTime: undefined,
    deregistrationProtection: 'disabled',
  };
}

function withSnapshots(devices: readonly BlockDevice[]): readonly BlockDevice[] {
  return devices.map((device) => ({ ...device, snapshotId: newId('snap') }));
}

function copiedDevices(
  devices: readonly BlockDevice[],
  params: Params,
  place: { readonly region: string; readonly accountId: string },
): readonly BlockDevice[] {
  const encrypt = params.flag('Encrypted') ?? false;
  const key = params.text('KmsKeyId');
  return devices.map((device) => {
    const encrypted = encrypt || device.encrypted;
    return { ...device, encrypted, kmsKeyArn: encrypted ? keyArn(key, place) : undefined };
  });
}

interface SnapshotOptions {
  readonly description: string;
  readonly volumeOf: (device: BlockDevice) => string | undefined;
  readonly tags: Tags;
}

/** Records a pending image and its pending snapshots. */
function addImage(world: World, image: Image, { description, volumeOf, tags }: SnapshotOptions): void {
  world.state.images.set(image.id, image);
  for (const device of image.devices) {
    if (device.snapshotId === undefined) continue;
    world.state.snapshots.set(device.snapshotId, {
      id: device.snapshotId,
      region: image.region ?? '',
      ownerId: image.ownerId,
      state: 'pending',
      startTime: image.creationDate,
      description,
      volumeId: volumeOf(device) ?? 'vol-ffffffff',
      sizeGiB: device.sizeGiB,
      encrypted: device.encrypted,
      kmsKeyArn: device.kmsKeyArn,
      permissions: [],
      tags,
    });
  }
}

function takeFault(world: World, action: string): ImageFault {
  return {
    failure: world.faults.take(action, 'fail')?.reason,
    pendingMilliseconds: world.faults.take(action, 'delay')?.milliseconds,
  };
}
