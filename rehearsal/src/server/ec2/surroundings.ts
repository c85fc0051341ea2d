/** What an instance is placed into: subnets, security groups, keys, types and profiles, all kept by moto. */

import { AwsError } from '../aws-error.ts';
import type { MotoClient } from '../moto-client.ts';
import type { Instance, InstanceProfile } from '../state/model.ts';
import { itemsAt, nodeAt, textAt, type XmlNode } from '../wire/xml.ts';

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly mapsPublicAddress: boolean;
}

/** Asks moto about one region. Every method throws AwsError where something is not there. */
export class Surroundings {
  readonly #moto: MotoClient;
  readonly #region: string;

  constructor(moto: MotoClient, region: string) {
    this.#moto = moto;
    this.#region = region;
  }

  /** The subnet with this id, or the default one of a zone or of any. */
  async subnet(id: string | undefined, zone: string | undefined): Promise<Subnet> {
    const filters = {
      'Filter.1.Name': 'default-for-az',
      'Filter.1.Value.1': 'true',
      ...(zone === undefined ? {} : { 'Filter.2.Name': 'availability-zone', 'Filter.2.Value.1': zone }),
    };
    const found = await this.#ec2('DescribeSubnets', id === undefined ? filters : { 'SubnetId.1': id });
    const [first] = itemsAt(found, 'DescribeSubnetsResponse', 'subnetSet');
    if (first !== undefined) return readSubnet(first);
    throw zone === undefined
      ? new AwsError('VPCIdNotSpecified', 'No default VPC for this user')
      : new AwsError('InvalidParameterValue', `Invalid availability zone: [${zone}]`);
  }

  /** The groups with these ids; without any, the VPC's default group. */
  async securityGroups(ids: readonly string[], vpcId: string): Promise<Instance['securityGroups']> {
    const asked = Object.fromEntries(ids.map((id, index) => [`GroupId.${index + 1}`, id]));
    const byDefault = {
      'Filter.1.Name': 'vpc-id',
      'Filter.1.Value.1': vpcId,
      'Filter.2.Name': 'group-name',
      'Filter.2.Value.1': 'default',
    };
    const found = await this.#ec2('DescribeSecurityGroups', ids.length === 0 ? byDefault : asked);
    const groups = itemsAt(found, 'DescribeSecurityGroupsResponse', 'securityGroupInfo');
    const strange = groups.find((group) => textAt(group, 'vpcId') !== vpcId);
    if (strange !== undefined) {
      throw new AwsError(
        'InvalidParameter',
        `Security group ${textAt(strange, 'groupId')} and the subnet belong to different networks.`,
      );
    }
    return groups.map((group) => ({ id: text(group, 'groupId'), name: text(group, 'groupName') }));
  }

  /** How many rules for the way out each of these groups has. */
  async egressRules(ids: readonly string[]): Promise<readonly number[]> {
    const asked = Object.fromEntries(ids.map((id, index) => [`GroupId.${index + 1}`, id]));
    const found = await this.#ec2('DescribeSecurityGroups', asked);
    const groups = itemsAt(found, 'DescribeSecurityGroupsResponse', 'securityGroupInfo');
    return groups.map((group) => itemsAt(group, 'ipPermissionsEgress').length);
  }

  async key(name: string): Promise<{ readonly name: string; readonly publicKey: string }> {
    const found = await this.#ec2('DescribeKeyPairs', { 'KeyName.1': name, IncludePublicKey: 'true' });
    const [pair] = itemsAt(found, 'DescribeKeyPairsResponse', 'keySet');
    return { name, publicKey: text(pair, 'publicKey').trim() };
  }

  /** The architectures that an instance type has. */
  async architectures(instanceType: string): Promise<readonly string[]> {
    const found = await this.#ec2('DescribeInstanceTypes', { 'InstanceType.1': instanceType });
    const [type] = itemsAt(found, 'DescribeInstanceTypesResponse', 'instanceTypeSet');
    return itemsAt(type, 'processorInfo', 'supportedArchitectures').filter(
      (item) => typeof item === 'string',
    );
  }

  /** The instance profile with this name, or with the name that this ARN ends with. */
  async profile(nameOrArn: string): Promise<InstanceProfile> {
    const name = nameOrArn.split('/').at(-1) ?? nameOrArn;
    const found = await this.#profile(name);
    const profile = nodeAt(
      found,
      'GetInstanceProfileResponse',
      'GetInstanceProfileResult',
      'InstanceProfile',
    );
    const role = nodeAt(profile, 'Roles', 'member');
    const roleName = textAt(role, 'RoleName');
    return {
      arn: text(profile, 'Arn'),
      id: text(profile, 'InstanceProfileId'),
      role: roleName === undefined ? undefined : { name: roleName, arn: text(role, 'Arn') },
    };
  }

  async #profile(name: string): Promise<XmlNode> {
    try {
      const call = { service: 'iam', region: this.#region, operation: 'GetInstanceProfile' };
      return await this.#moto.query(call, { InstanceProfileName: name });
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'NoSuchEntity') throw error;
      throw new AwsError(
        'InvalidParameterValue',
        `Value (${name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`,
      );
    }
  }

  #ec2(operation: string, params: Readonly<Record<string, string>>): Promise<XmlNode> {
    return this.#moto.query({ service: 'ec2', region: this.#region, operation }, params);
  }
}

function readSubnet(subnet: XmlNode): Subnet {
  return {
    id: text(subnet, 'subnetId'),
    vpcId: text(subnet, 'vpcId'),
    availabilityZone: text(subnet, 'availabilityZone'),
    mapsPublicAddress: textAt(subnet, 'mapPublicIpOnLaunch') === 'true',
  };
}

function text(node: XmlNode, name: string): string {
  return textAt(node, name) ?? '';
}
