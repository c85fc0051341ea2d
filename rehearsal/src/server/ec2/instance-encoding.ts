/** Instances as EC2 describes them. */

import type { Instance, InstanceState, State, Volume } from '../state/model.ts';
import type { XmlElement } from '../wire/xml.ts';
import type { World } from './action.ts';
import { encodeInstanceDevices } from './block-devices.ts';
import { encodeTags } from './tag-encoding.ts';

const STATE_CODES: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export function encodeState(state: InstanceState): XmlElement {
  return { code: STATE_CODES[state], name: state };
}

export function encodeReservation(world: World, instances: readonly Instance[]): XmlElement {
  return {
    reservationId: instances[0]?.reservationId,
    ownerId: world.accountId,
    groupSet: [],
    instancesSet: instances.map((instance) => encodeInstance(world, instance)),
  };
}

function encodeInstance(world: World, instance: Instance): XmlElement {
  const { profile } = instance;
  return {
    instanceId: instance.id,
    imageId: instance.imageId,
    instanceState: encodeState(instance.state),
    stateReason: instance.stateReason === undefined ? undefined : { ...instance.stateReason },
    reason: instance.transitionReason,
    keyName: instance.key?.name,
    amiLaunchIndex: instance.launchIndex,
    productCodes: [],
    instanceType: instance.instanceType,
    launchTime: instance.launchTime,
    placement: { availabilityZone: instance.availabilityZone, groupName: '', tenancy: 'default' },
    monitoring: { state: 'disabled' },
    ...encodeNetwork(world, instance),
    ...encodeHardware(instance),
    blockDeviceMapping: encodeInstanceDevices(volumesOf(world.state, instance.id)),
    clientToken: instance.clientToken ?? '',
    iamInstanceProfile: profile === undefined ? undefined : { arn: profile.arn, id: profile.id },
    metadataOptions: encodeMetadataOptions(instance),
    tagSet: encodeTags(instance.tags),
  };
}

function encodeHardware(instance: Instance): XmlElement {
  return {
    architecture: instance.architecture,
    rootDeviceType: 'ebs',
    rootDeviceName: instance.rootDeviceName,
    virtualizationType: 'hvm',
    hypervisor: 'xen',
    ebsOptimized: instance.ebsOptimized,
    enaSupport: instance.enaSupport,
    platformDetails: 'Linux/UNIX',
    usageOperation: 'RunInstances',
    hibernationOptions: { configured: false },
    enclaveOptions: { enabled: false },
    currentInstanceBootMode: 'legacy-bios',
  };
}

/** The name that the host gets from AWS's DHCP: made of the address that the instance itself sees. */
export function privateHostName({ bridgeAddress, region }: Instance): string {
  const domain = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
  return `ip-${bridgeAddress.replaceAll('.', '-')}.${domain}`;
}

/** Whether the instance can be reached at its public address now. */
export function publicAddress(instance: Instance): string | undefined {
  const up = instance.state === 'pending' || instance.state === 'running' || instance.state === 'stopping';
  return up && instance.hasPublicAddress ? instance.address : undefined;
}

function encodeNetwork(world: World, instance: Instance): XmlElement {
  const gone = instance.state === 'terminated';
  if (gone) return { privateDnsName: '', dnsName: '', groupSet: [], networkInterfaceSet: [] };
  const groupSet = instance.securityGroups.map(({ id, name }) => ({ groupId: id, groupName: name }));
  return {
    privateDnsName: privateHostName(instance),
    dnsName: '',
    subnetId: instance.subnetId,
    vpcId: instance.vpcId,
    privateIpAddress: instance.address,
    ipAddress: publicAddress(instance),
    sourceDestCheck: true,
    groupSet,
    networkInterfaceSet: [
      {
        networkInterfaceId: instance.networkInterfaceId,
        subnetId: instance.subnetId,
        vpcId: instance.vpcId,
        ownerId: world.accountId,
        status: 'in-use',
        macAddress: macAddress(instance),
        privateIpAddress: instance.address,
        privateDnsName: privateHostName(instance),
        sourceDestCheck: true,
        groupSet,
        attachment: {
          deviceIndex: 0,
          status: 'attached',
          attachTime: instance.launchTime,
          deleteOnTermination: true,
        },
        privateIpAddressesSet: [{ privateIpAddress: instance.address, primary: true }],
        interfaceType: 'interface',
      },
    ],
  };
}

/** The address's bytes behind `02:42`, as the machines give it. */
export function macAddress({ bridgeAddress }: Instance): string {
  const bytes = bridgeAddress.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
  return ['02', '42', ...bytes].join(':');
}

function encodeMetadataOptions({ metadataOptions }: Instance): XmlElement {
  return {
    state: 'applied',
    httpTokens: metadataOptions.tokens,
    httpPutResponseHopLimit: metadataOptions.hopLimit,
    httpEndpoint: metadataOptions.endpoint,
    httpProtocolIpv6: 'disabled',
    instanceMetadataTags: metadataOptions.tags,
  };
}

export function volumesOf(state: State, instanceId: string): readonly Volume[] {
  return [...state.volumes.values()].filter((volume) => volume.instanceId === instanceId);
}
