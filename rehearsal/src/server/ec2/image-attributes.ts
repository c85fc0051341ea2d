/** What of an image can be changed: its attributes, its deprecation, its protection. */

import { AwsError } from '../aws-error.ts';
import { change, type Image } from '../state/model.ts';
import { byId } from '../state/resources.ts';
import type { Params } from '../wire/params.ts';
import type { XmlElement } from '../wire/xml.ts';
import { DONE, type Ec2Action, type Ec2Call, type World } from './action.ts';
import { encodeImageDevices } from './block-devices.ts';
import { changePermissions, encodePermissions } from './permissions.ts';

/** The image, if it is the account's own. @throws AwsError AuthFailure where it is somebody else's */
export function ownImage(world: World, { region, params }: Ec2Call): Image {
  const image = byId(world.state.images, 'ami', region, params.required('ImageId'));
  if (image.ownerId === world.accountId) return image;
  throw new AwsError('AuthFailure', `Not authorized for image:${image.id}`, 403);
}

const DESCRIBED: Readonly<Record<string, (image: Image) => XmlElement>> = {
  blockDeviceMapping: ({ devices }) => ({ blockDeviceMapping: encodeImageDevices(devices) }),
  description: ({ description: value }) => ({ description: { value } }),
  imdsSupport: ({ imdsSupport: value }) => ({ imdsSupport: value === undefined ? {} : { value } }),
  launchPermission: ({ permissions }) => ({ launchPermission: encodePermissions(permissions) }),
  sriovNetSupport: () => ({ sriovNetSupport: { value: 'simple' } }),
  deregistrationProtection: ({ deregistrationProtection: value }) => ({
    deregistrationProtection: { value },
  }),
};

export function describeImageAttribute(world: World, call: Ec2Call): XmlElement {
  const image = ownImage(world, call);
  const attribute = call.params.required('Attribute');
  const describe = Object.hasOwn(DESCRIBED, attribute) ? DESCRIBED[attribute] : undefined;
  if (describe !== undefined) return { imageId: image.id, ...describe(image) };
  throw new AwsError('InvalidRequest', `The attribute ${attribute} is not known to the rehearsal.`);
}

export function modifyImageAttribute(world: World, call: Ec2Call): XmlElement {
  const image = ownImage(world, call);
  if (image.state === 'disabled') throw notIn(image, 'available');
  const { params } = call;
  const description = attributeValue(params, 'Description');
  const imdsSupport = attributeValue(params, 'ImdsSupport');
  const permissions = changePermissions(image.permissions, params, 'LaunchPermission');
  if (description === undefined && imdsSupport === undefined && permissions === undefined) {
    throw new AwsError('InvalidParameterCombination', 'No attributes specified that the rehearsal knows.');
  }
  if (imdsSupport !== undefined && imdsSupport !== 'v2.0') {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${imdsSupport}) for parameter imdsSupport is invalid.`,
    );
  }
  change(world.state.images, image.id, {
    ...(description === undefined ? {} : { description }),
    ...(imdsSupport === undefined ? {} : { imdsSupport }),
    ...(permissions === undefined ? {} : { permissions }),
  });
  return DONE;
}

function attributeValue(params: Params, name: string): string | undefined {
  const attribute = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  return params.text('Attribute') === attribute ? params.raw('Value') : params.raw(`${name}.Value`);
}

/** Takes all launch permissions back: nothing else can be reset. */
export function resetImageAttribute(world: World, call: Ec2Call): XmlElement {
  const image = ownImage(world, call);
  const attribute = call.params.required('Attribute');
  if (attribute !== 'launchPermission') {
    throw new AwsError('InvalidParameterValue', `Value (${attribute}) for parameter attribute is invalid.`);
  }
  change(world.state.images, image.id, { permissions: [] });
  return DONE;
}

export function enableImageDeprecation(world: World, call: Ec2Call): XmlElement {
  const image = ownImage(world, call);
  const text = call.params.required('DeprecateAt');
  const time = new Date(text);
  if (Number.isNaN(time.getTime()) || time <= world.now()) {
    throw new AwsError('InvalidParameterValue', `Value (${text}) for parameter deprecateAt is invalid.`);
  }
  // AWS rounds to the nearest minute.
  const deprecationTime = new Date(Math.round(time.getTime() / 60_000) * 60_000);
  change(world.state.images, image.id, { deprecationTime });
  return DONE;
}

export function disableImageDeprecation(world: World, call: Ec2Call): XmlElement {
  change(world.state.images, ownImage(world, call).id, { deprecationTime: undefined });
  return DONE;
}

export function enableDeregistrationProtection(world: World, call: Ec2Call): XmlElement {
  const cooldown = call.params.flag('WithCooldown') ?? false;
  const protection = cooldown ? 'enabled-with-cooldown' : 'enabled-without-cooldown';
  change(world.state.images, ownImage(world, call).id, { deregistrationProtection: protection });
  return { return: protection };
}

/** AWS keeps a protection with cooldown for another day; here it ends at once. */
export const disableDeregistrationProtection: Ec2Action = (world, call) => {
  change(world.state.images, ownImage(world, call).id, { deregistrationProtection: 'disabled' });
  return { return: 'disabled' };
};

/** A disabled image can't be launched, and nobody else can see it any more, also not when it is enabled again. */
export function disableImage(world: World, call: Ec2Call): XmlElement {
  const image = ownImage(world, call);
  if (image.state !== 'available') throw notIn(image, 'available');
  change(world.state.images, image.id, { state: 'disabled', permissions: [] });
  return DONE;
}

export function enableImage(world: World, call: Ec2Call): XmlElement {
  const image = ownImage(world, call);
  if (image.state !== 'disabled') throw notIn(image, 'disabled');
  change(world.state.images, image.id, { state: 'available' });
  return DONE;
}

function notIn({ id, state }: Image, wanted: Image['state']): AwsError {
  return new AwsError('IncorrectState', `The image ${id} is ${state}, not ${wanted}.`);
}
