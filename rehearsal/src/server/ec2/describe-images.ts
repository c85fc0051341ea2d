/** DescribeImages. */

import type { Image } from '../state/model.ts';
import { byId, isIn } from '../state/resources.ts';
import type { Params } from '../wire/params.ts';
import type { XmlElement } from '../wire/xml.ts';
import type { Ec2Call, World } from './action.ts';
import { encodeImageDevices } from './block-devices.ts';
import { applyFilters, type FilterFields, present, readFilters } from './filters.ts';
import { pageOf } from './paging.ts';
import { encodeTags } from './tag-encoding.ts';

const FIELDS: FilterFields<Image> = {
  architecture: (image) => [image.architecture],
  'block-device-mapping.delete-on-termination': (image) =>
    image.devices.map((device) => String(device.deleteOnTermination)),
  'block-device-mapping.device-name': (image) => image.devices.map(({ name }) => name),
  'block-device-mapping.encrypted': (image) => image.devices.map(({ encrypted }) => String(encrypted)),
  'block-device-mapping.snapshot-id': (image) => present(...image.devices.map((device) => device.snapshotId)),
  'block-device-mapping.volume-size': (image) => image.devices.map(({ sizeGiB }) => String(sizeGiB)),
  'block-device-mapping.volume-type': (image) => image.devices.map(({ type }) => type),
  'creation-date': (image) => [image.creationDate.toISOString()],
  description: (image) => [image.description],
  'ena-support': (image) => [String(image.enaSupport)],
  hypervisor: () => ['xen'],
  'image-id': (image) => [image.id],
  'image-type': () => ['machine'],
  'is-public': (image) => [String(isPublic(image))],
  name: (image) => [image.name],
  'owner-alias': (image) => present(image.ownerAlias),
  'owner-id': (image) => [image.ownerId],
  'root-device-name': (image) => [image.rootDeviceName],
  'root-device-type': () => ['ebs'],
  'source-image-id': (image) => present(image.sourceImageId),
  'source-image-region': (image) => present(image.sourceImageRegion),
  'source-instance-id': (image) => present(image.sourceInstanceId),
  state: (image) => [image.state],
  'state-reason-code': (image) => present(image.stateReason?.code),
  'state-reason-message': (image) => present(image.stateReason?.message),
  'virtualization-type': () => ['hvm'],
};

export function describeImages(world: World, { region, params }: Ec2Call): XmlElement {
  const { images } = world.state;
  const ids = params.list('ImageId');
  const all =
    ids.length > 0
      ? ids.map((id) => byId(images, 'ami', region, id))
      : [...images.values()].filter((image) => isIn(image, region));
  const asked = all.filter((image) => isAsked(world, image, params));
  const { records, nextToken } = pageOf(applyFilters(asked, readFilters(params), FIELDS), params);
  return { imagesSet: records.map(encodeImage), nextToken };
}

/** Images of others are hidden once they are deprecated; one's own always show. */
function isAsked(world: World, image: Image, params: Params): boolean {
  const own = image.ownerId === world.accountId;
  const deprecated = image.deprecationTime !== undefined && image.deprecationTime <= world.now();
  const disabled = image.state === 'disabled' && params.flag('IncludeDisabled') !== true;
  const shown = !disabled && (own || !deprecated || params.flag('IncludeDeprecated') === true);
  const owners = params.list('Owner');
  const byOwner =
    owners.length === 0 ||
    owners.some((owner) => (owner === 'self' ? own : [image.ownerId, image.ownerAlias].includes(owner)));
  return shown && byOwner && isExecutable(world, image, params.list('ExecutableBy'));
}

function isExecutable(world: World, image: Image, users: readonly string[]): boolean {
  if (users.length === 0) return true;
  const permitted = image.permissions.map(({ value }) => value);
  return users.some((user) => permitted.includes(user === 'self' ? world.accountId : user));
}

export function isPublic({ permissions }: Pick<Image, 'permissions'>): boolean {
  return permissions.some(({ kind, value }) => kind === 'group' && value === 'all');
}

function encodeImage(image: Image): XmlElement {
  return {
    imageId: image.id,
    imageLocation: `${image.ownerAlias ?? image.ownerId}/${image.name}`,
    imageState: image.state,
    imageOwnerId: image.ownerId,
    imageOwnerAlias: image.ownerAlias,
    creationDate: image.creationDate,
    isPublic: isPublic(image),
    productCodes: [],
    architecture: image.architecture,
    imageType: 'machine',
    name: image.name,
    description: image.description || undefined,
    rootDeviceType: 'ebs',
    rootDeviceName: image.rootDeviceName,
    blockDeviceMapping: encodeImageDevices(image.devices),
    virtualizationType: 'hvm',
    hypervisor: 'xen',
    sriovNetSupport: 'simple',
    enaSupport: image.enaSupport,
    bootMode: image.architecture === 'arm64' ? 'uefi' : 'uefi-preferred',
    imdsSupport: image.imdsSupport,
    platformDetails: 'Linux/UNIX',
    usageOperation: 'RunInstances',
    stateReason: image.stateReason === undefined ? undefined : { ...image.stateReason },
    deprecationTime: image.deprecationTime,
    deregistrationProtection: image.deregistrationProtection,
    sourceInstanceId: image.sourceInstanceId,
    sourceImageId: image.sourceImageId,
    sourceImageRegion: image.sourceImageRegion,
    tagSet: encodeTags(image.tags),
  };
}
