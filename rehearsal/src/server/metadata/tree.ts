/** What an instance reads about itself, as folders and files. */

import { macAddress, privateHostName, publicAddress } from '../ec2/instance-encoding.ts';
import type { Instance } from '../state/model.ts';

/** A file's text, its text when it is asked for, or a folder. */
export type MetadataNode = string | (() => Promise<string>) | MetadataFolder;
export interface MetadataFolder {
  readonly [name: string]: MetadataNode;
}

export interface MetadataSource {
  readonly instance: Instance;
  readonly accountId: string;
  /** The role's credentials as the service shows them: a JSON document. */
  readonly credentials: () => Promise<string>;
}

/** The folder `meta-data`. */
export function metadataTree(source: MetadataSource): MetadataFolder {
  const { instance } = source;
  const publicIpv4 = publicAddress(instance);
  return {
    'ami-id': instance.imageId,
    'ami-launch-index': String(instance.launchIndex),
    'ami-manifest-path': '(unknown)',
    'block-device-mapping': { ami: instance.rootDeviceName, root: instance.rootDeviceName },
    hostname: privateHostName(instance),
    ...iam(source),
    'instance-action': 'none',
    'instance-id': instance.id,
    'instance-life-cycle': 'on-demand',
    'instance-type': instance.instanceType,
    'local-hostname': privateHostName(instance),
    'local-ipv4': instance.bridgeAddress,
    mac: macAddress(instance),
    network: { interfaces: { macs: { [macAddress(instance)]: networkCard(source) } } },
    placement: {
      'availability-zone': instance.availabilityZone,
      region: instance.region,
    },
    profile: 'default-hvm',
    ...(publicIpv4 === undefined ? {} : { 'public-hostname': '', 'public-ipv4': publicIpv4 }),
    ...publicKeys(instance),
    'reservation-id': instance.reservationId,
    'security-groups': groupNames(instance),
    services: { domain: 'amazonaws.com', partition: 'aws' },
    system: 'nitro',
    ...tags(instance),
  };
}

function iam({ instance, credentials }: MetadataSource): MetadataFolder {
  const { profile } = instance;
  if (profile === undefined) return {};
  const info = {
    Code: 'Success',
    LastUpdated: instance.launchTime.toISOString(),
    InstanceProfileArn: profile.arn,
    InstanceProfileId: profile.id,
  };
  const roles = profile.role === undefined ? {} : { [profile.role.name]: credentials };
  return { iam: { info: JSON.stringify(info, undefined, 2), 'security-credentials': roles } };
}

function networkCard({ instance, accountId }: MetadataSource): MetadataFolder {
  const publicIpv4 = publicAddress(instance);
  return {
    'device-number': '0',
    'interface-id': instance.networkInterfaceId,
    'local-hostname': privateHostName(instance),
    'local-ipv4s': instance.bridgeAddress,
    mac: macAddress(instance),
    'owner-id': accountId,
    ...(publicIpv4 === undefined ? {} : { 'public-ipv4s': publicIpv4 }),
    'security-group-ids': instance.securityGroups.map(({ id }) => id).join('\n'),
    'security-groups': groupNames(instance),
    'subnet-id': instance.subnetId,
    'vpc-id': instance.vpcId,
  };
}

function groupNames({ securityGroups }: Instance): string {
  return securityGroups.map(({ name }) => name).join('\n');
}

/** The one folder whose listing says more than its entries' names: `0=NAME`. */
function publicKeys({ key }: Instance): MetadataFolder {
  if (key === undefined) return {};
  return { 'public-keys': { 0: { 'openssh-key': `${key.publicKey} ${key.name}` } } };
}

/** Tags are seen inside only where the launch asked for it. */
function tags({ tags: all, metadataOptions }: Instance): MetadataFolder {
  if (metadataOptions.tags === 'disabled') return {};
  return { tags: { instance: Object.fromEntries(all) } };
}

/** The document that tells what the instance is. */
export function identityDocument({ instance, accountId }: MetadataSource): string {
  const document = {
    accountId,
    architecture: instance.architecture,
    availabilityZone: instance.availabilityZone,
    billingProducts: null,
    devpayProductCodes: null,
    marketplaceProductCodes: null,
    imageId: instance.imageId,
    instanceId: instance.id,
    instanceType: instance.instanceType,
    kernelId: null,
    pendingTime: instance.launchTime.toISOString(),
    privateIp: instance.bridgeAddress,
    ramdiskId: null,
    region: instance.region,
    version: '2017-09-30',
  };
  return JSON.stringify(document, undefined, 2);
}

/** A folder's entries, one a line; folders end with a slash. */
export function listing(
  folder: MetadataFolder,
  path: readonly string[],
  keyName: string | undefined,
): string {
  if (path.at(-1) === 'public-keys') return `0=${keyName ?? ''}`;
  return Object.entries(folder)
    .map(([name, node]) => (typeof node === 'object' ? `${name}/` : name))
    .join('\n');
}

/** The node at a path; undefined where there is none. */
export function nodeAt(root: MetadataNode, path: readonly string[]): MetadataNode | undefined {
  let node: MetadataNode | undefined = root;
  for (const name of path) {
    if (typeof node !== 'object' || !Object.hasOwn(node, name)) return undefined;
    node = node[name];
  }
  return node;
}
