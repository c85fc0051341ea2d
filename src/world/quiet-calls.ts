/** The calls that make a security group which lets nothing out, and delete it. */

import type { EC2Client, IpPermission } from '@aws-sdk/client-ec2';
import { type AwsFailure, fail } from '../failure.ts';
import type { QuietGroup } from '../verify/quiet.ts';
import { explained } from './aws-errors.ts';

/** Tagged, in the VPC of the subnet; returns its id. */
export async function createGroup(client: EC2Client, wanted: QuietGroup): Promise<string> {
  const { CreateSecurityGroupCommand } = await import('@aws-sdk/client-ec2');
  const VpcId = await vpcOf(client, wanted.subnetId);
  const Tags = Object.entries(wanted.tags).map(([Key, Value]) => ({ Key, Value }));
  const { GroupId } = await explained('ec2:CreateSecurityGroup', () =>
    client.send(
      new CreateSecurityGroupCommand({
        ...{ GroupName: wanted.name, Description: wanted.description, VpcId },
        // With the group itself: what a killed run leaves can be found.
        TagSpecifications: [{ ResourceType: 'security-group', Tags }],
      }),
    ),
  );
  return GroupId ?? fail(strange('ec2:CreateSecurityGroup', 'it names no group'));
}

async function vpcOf(client: EC2Client, subnetId: string | undefined): Promise<string> {
  const { DescribeSubnetsCommand, DescribeVpcsCommand } = await import('@aws-sdk/client-ec2');
  if (subnetId !== undefined) {
    const { Subnets } = await explained('ec2:DescribeSubnets', () =>
      client.send(new DescribeSubnetsCommand({ SubnetIds: [subnetId] })),
    );
    return Subnets?.[0]?.VpcId ?? fail(strange('ec2:DescribeSubnets', `there is no ${subnetId}`));
  }
  const Filters = [{ Name: 'is-default', Values: ['true'] }];
  const { Vpcs } = await explained('ec2:DescribeVpcs', () =>
    client.send(new DescribeVpcsCommand({ Filters })),
  );
  return Vpcs?.[0]?.VpcId ?? fail(strange('ec2:DescribeVpcs', 'there is no default VPC'));
}

/** What EC2 gives each new group; the second only where the VPC has IPv6. */
const WAYS_OUT: readonly IpPermission[] = [
  { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
  { IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '::/0' }] },
];

/** What is closed already is no failure. */
export async function closeWayOut(client: EC2Client, GroupId: string): Promise<void> {
  const { RevokeSecurityGroupEgressCommand: Revoke } = await import('@aws-sdk/client-ec2');
  for (const way of WAYS_OUT) {
    await explained('ec2:RevokeSecurityGroupEgress', () =>
      client.send(new Revoke({ GroupId, IpPermissions: [way] })).catch((error: unknown) => {
        if (!(error instanceof Error && error.name === 'InvalidPermission.NotFound')) throw error;
      }),
    );
  }
}

/** SSH from these ranges. */
export async function letIn(client: EC2Client, GroupId: string, sources: readonly string[]): Promise<void> {
  const { AuthorizeSecurityGroupIngressCommand: Authorize } = await import('@aws-sdk/client-ec2');
  const isSix = (range: string) => range.includes(':');
  const IpRanges = sources.filter((range) => !isSix(range)).map((CidrIp) => ({ CidrIp }));
  const Ipv6Ranges = sources.filter(isSix).map((CidrIpv6) => ({ CidrIpv6 }));
  const ssh = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges, Ipv6Ranges };
  await explained('ec2:AuthorizeSecurityGroupIngress', () =>
    client.send(new Authorize({ GroupId, IpPermissions: [ssh] })),
  );
}

/** What is gone already is no failure. */
export async function deleteGroup(client: EC2Client, GroupId: string): Promise<void> {
  const { DeleteSecurityGroupCommand } = await import('@aws-sdk/client-ec2');
  await explained('ec2:DeleteSecurityGroup', () =>
    client.send(new DeleteSecurityGroupCommand({ GroupId })).catch((error: unknown) => {
      if (!(error instanceof Error && error.name === 'InvalidGroup.NotFound')) throw error;
    }),
  );
}

/** An answer that EC2 should not give. */
export function strange(operation: string, what: string): AwsFailure {
  return { kind: 'aws', operation, code: 'Unexpected', problem: `${operation}: ${what}` };
}
