/** The security group of one account, as EC2 keeps it. */

import type { EC2Client, IpPermission, Tag } from '@aws-sdk/client-ec2';

interface Group {
  readonly vpc: string;
  readonly name: string;
  readonly tags: readonly Tag[];
  out: string[];
  in: string[];
}

interface Input {
  readonly SubnetIds?: readonly string[];
  readonly VpcId?: string;
  readonly GroupName?: string;
  readonly TagSpecifications?: ReadonlyArray<{ readonly Tags?: readonly Tag[] }>;
  readonly IpPermissions?: readonly IpPermission[];
}

export class ImaginedEc2 {
  group: Group | undefined;
  /** Names of the operations, and what else a test notes. */
  readonly calls: string[] = [];
  hasSix = true;
  /** So many calls don't know the group yet. */
  unknownFor = 0;
  /** So many looks show it as it was made. */
  oldLooks = 0;
  /** So many deletions find an instance in it. */
  usedFor = 0;
  /** Something opens a way out whenever it was closed. */
  reopens = false;
  refused = '';

  get client(): EC2Client {
    const send = async (command: {
      readonly input: Input;
      readonly constructor: { readonly name: string };
    }) => this.#answer(command.constructor.name.replace(/Command$/, ''), command.input);
    return { send } as unknown as EC2Client;
  }

  #answer(operation: string, input: Input): object {
    this.calls.push(operation);
    if (operation === this.refused) throw error('UnauthorizedOperation');
    switch (operation) {
      case 'DescribeSubnets':
        return { Subnets: (input.SubnetIds ?? []).map((id) => ({ VpcId: `vpc-of-${id}` })) };
      case 'DescribeVpcs':
        return { Vpcs: [{ VpcId: 'vpc-default' }] };
      case 'CreateSecurityGroup':
        return this.#create(input);
      case 'RevokeSecurityGroupEgress':
        return this.#revoke(input);
      case 'AuthorizeSecurityGroupIngress':
        this.#known().in.push(...rangesOf(input));
        return {};
      case 'DescribeSecurityGroups':
        return { SecurityGroups: this.#look() };
      case 'DeleteSecurityGroup':
        return this.#delete();
      default:
        throw new Error(`nobody has imagined ${operation}`);
    }
  }

  #create({ VpcId = '', GroupName = '', TagSpecifications = [] }: Input): object {
    const out = ['-1 0.0.0.0/0', ...(this.hasSix ? ['-1 ::/0'] : [])];
    const tags = TagSpecifications.flatMap(({ Tags = [] }) => Tags);
    this.group = { vpc: VpcId, name: GroupName, tags, out, in: [] };
    return { GroupId: 'sg-1' };
  }

  #known(): Group {
    this.unknownFor -= 1;
    if (this.group === undefined || this.unknownFor >= 0) throw error('InvalidGroup.NotFound');
    return this.group;
  }

  #revoke(input: Input): object {
    const group = this.#known();
    const ranges = rangesOf(input);
    if (!ranges.every((range) => group.out.includes(range))) throw error('InvalidPermission.NotFound');
    group.out = group.out.filter((range) => !ranges.includes(range));
    if (this.reopens) group.out.push('tcp 443-443 0.0.0.0/0');
    return {};
  }

  #look(): object[] {
    this.oldLooks -= 1;
    if (this.group === undefined) return [];
    if (this.oldLooks >= 0) return [{ IpPermissions: [], IpPermissionsEgress: [{ IpProtocol: '-1' }] }];
    const [IpPermissions, IpPermissionsEgress] = [this.group.in, this.group.out].map((ranges) =>
      ranges.map(() => ({ IpProtocol: 'any' })),
    );
    return [{ IpPermissions, IpPermissionsEgress }];
  }

  #delete(): object {
    this.usedFor -= 1;
    if (this.group === undefined) throw error('InvalidGroup.NotFound');
    if (this.usedFor >= 0) throw error('DependencyViolation');
    this.group = undefined;
    return {};
  }
}

/** `tcp 22-22 203.0.113.7/32` */
function rangesOf({ IpPermissions = [] }: Input): string[] {
  return IpPermissions.flatMap(({ IpProtocol, FromPort, ToPort, IpRanges = [], Ipv6Ranges = [] }) => {
    const ports = FromPort === undefined ? '' : ` ${FromPort}-${ToPort}`;
    const ranges = [...IpRanges.map(({ CidrIp }) => CidrIp), ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6)];
    return ranges.map((range) => `${IpProtocol}${ports} ${range}`);
  });
}

function error(name: string): Error {
  return Object.assign(new Error(`the imagined EC2 says ${name}`), { name });
}
