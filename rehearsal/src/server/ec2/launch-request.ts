/** RunInstances, read and checked: everything that AWS would refuse is refused before anything starts. */

import { AwsError, notDone } from '../aws-error.ts';
import type { BlockDevice, Image, Instance, MetadataOptions, State, Tags } from '../state/model.ts';
import { byId } from '../state/resources.ts';
import type { Params } from '../wire/params.ts';
import type { Ec2Call, World } from './action.ts';
import { overlayDevices } from './block-devices.ts';
import { Surroundings } from './surroundings.ts';
import { readTagSpecifications } from './tag-encoding.ts';

/** What all instances of one launch have in common. */
export type LaunchTemplate = Omit<
  Instance,
  'id' | 'launchIndex' | 'networkInterfaceId' | 'bridgeAddress' | 'address'
>;

export interface LaunchRequest {
  readonly count: number;
  readonly template: LaunchTemplate;
  readonly devices: readonly BlockDevice[];
  readonly volumeTags: Tags;
  readonly networkInterfaceTags: Tags;
}

/** @throws AwsError as AWS refuses the launch */
export async function readLaunchRequest(
  world: World,
  { region, params }: Ec2Call,
  reservationId: string,
): Promise<LaunchRequest> {
  refuseSilentDifferences(params);
  const image = usableImage(world.state, region, params.required('ImageId'));
  const count = readCount(params);
  const tagsFor = readTagSpecifications(params);
  const devices = overlayDevices(image.devices, params, { region, accountId: world.accountId });
  const template: LaunchTemplate = {
    region,
    reservationId,
    imageId: image.id,
    disk: image.disk,
    architecture: image.architecture,
    rootDeviceName: image.rootDeviceName,
    launchTime: world.now(),
    state: 'pending',
    stateReason: undefined,
    transitionReason: '',
    terminatedAt: undefined,
    ...(await readSurroundings(world, region, params, image)),
    ...readOptions(params, image),
    tags: tagsFor('instance'),
  };
  return {
    count,
    template,
    devices,
    volumeTags: tagsFor('volume'),
    networkInterfaceTags: tagsFor('network-interface'),
  };
}

/** Launched without these, an instance would be another one than was asked for. */
function refuseSilentDifferences(params: Params): void {
  if (params.text('InstanceMarketOptions.MarketType') !== undefined) {
    throw notDone('ec2:RunInstances for anything but on-demand instances');
  }
  if (params.structures('NetworkInterface').length > 1) {
    throw notDone('ec2:RunInstances with more than one network interface');
  }
}

function usableImage(state: State, region: string, id: string): Image {
  const image = byId(state.images, 'ami', region, id);
  if (image.state === 'available') return image;
  throw new AwsError('InvalidAMIID.Unavailable', `The image ID '${id}' is not available`);
}

function readCount(params: Params): number {
  const least = params.integer('MinCount') ?? 1;
  const most = params.integer('MaxCount') ?? least;
  if (least >= 1 && most >= least) return most;
  throw new AwsError('InvalidParameterValue', `Value (${least}, ${most}) for MinCount, MaxCount is invalid.`);
}

type Placed = Pick<
  Instance,
  | 'availabilityZone'
  | 'subnetId'
  | 'vpcId'
  | 'securityGroups'
  | 'hasPublicAddress'
  | 'key'
  | 'profile'
  | 'instanceType'
>;

async function readSurroundings(world: World, region: string, params: Params, image: Image): Promise<Placed> {
  const around = new Surroundings(world.moto, region);
  const [card] = params.structures('NetworkInterface');
  const subnetId = card?.text('SubnetId') ?? params.text('SubnetId');
  const subnet = await around.subnet(subnetId, params.text('Placement.AvailabilityZone'));
  const groups = [...(card?.list('SecurityGroupId') ?? []), ...params.list('SecurityGroupId')];
  const keyName = params.text('KeyName');
  const profile = params.text('IamInstanceProfile.Name') ?? params.text('IamInstanceProfile.Arn');
  return {
    availabilityZone: subnet.availabilityZone,
    subnetId: subnet.id,
    vpcId: subnet.vpcId,
    securityGroups: await around.securityGroups(groups, subnet.vpcId),
    hasPublicAddress: card?.flag('AssociatePublicIpAddress') ?? subnet.mapsPublicAddress,
    key: keyName === undefined ? undefined : await around.key(keyName),
    profile: profile === undefined ? undefined : await around.profile(profile),
    instanceType: await readInstanceType(around, params.text('InstanceType') ?? 'm1.small', image),
  };
}

async function readInstanceType(around: Surroundings, type: string, image: Image): Promise<string> {
  const architectures = await around.architectures(type);
  if (architectures.includes(image.architecture)) return type;
  throw new AwsError(
    'InvalidParameterValue',
    `The architecture '${architectures.join(', ')}' of the specified instance type does not match the ` +
      `architecture '${image.architecture}' of the specified AMI.`,
  );
}

type Options = Pick<
  Instance,
  | 'userData'
  | 'metadataOptions'
  | 'shutdownBehavior'
  | 'terminationProtected'
  | 'clientToken'
  | 'ebsOptimized'
  | 'enaSupport'
>;

function readOptions(params: Params, image: Image): Options {
  return {
    userData: params.text('UserData'),
    metadataOptions: readMetadataOptions(params, image),
    shutdownBehavior: readShutdownBehavior(params.text('InstanceInitiatedShutdownBehavior') ?? 'stop'),
    terminationProtected: params.flag('DisableApiTermination') ?? false,
    clientToken: params.text('ClientToken'),
    ebsOptimized: params.flag('EbsOptimized') ?? false,
    enaSupport: image.enaSupport,
  };
}

/** An image made for IMDSv2 makes it the default. */
function readMetadataOptions(params: Params, image: Image): MetadataOptions {
  const ofImage = image.imdsSupport === 'v2.0' ? 'required' : 'optional';
  const tokens = params.text('MetadataOptions.HttpTokens') ?? ofImage;
  return {
    tokens: tokens === 'required' ? 'required' : 'optional',
    endpoint: params.text('MetadataOptions.HttpEndpoint') === 'disabled' ? 'disabled' : 'enabled',
    hopLimit: params.integer('MetadataOptions.HttpPutResponseHopLimit') ?? (ofImage === 'required' ? 2 : 1),
    tags: params.text('MetadataOptions.InstanceMetadataTags') === 'enabled' ? 'enabled' : 'disabled',
  };
}

/** @throws AwsError InvalidParameterValue */
export function readShutdownBehavior(value: string): 'stop' | 'terminate' {
  if (value === 'stop' || value === 'terminate') return value;
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${value}) for parameter instanceInitiatedShutdownBehavior is invalid.`,
  );
}
