/** What is somebody else's, beside which a case is tried: without bake's tags, or with those of another fleet. */

import { randomBytes } from 'node:crypto';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateImageCommand,
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
  waitUntilImageAvailable,
  waitUntilInstanceRunning,
} from '@aws-sdk/client-ec2';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Caller } from '../test/support/aws-by-hand.ts';

/** Of a run long ago, which is none of the fleet's that is tried. */
export const OTHER_FLEET = {
  'bake:fleet': 'another-fleet',
  'bake:role': 'web',
  'bake:run': '20260101T000000Z-abcdef',
};

/** An instance, a volume, an image with its snapshot, a security group, a key pair and a parameter; twice. */
export async function setUpForeign(
  caller: Caller,
  region: string,
): Promise<{ readonly instances: readonly string[] }> {
  const settings = { ...caller, region };
  const ec2 = new EC2Client(settings);
  const ssm = new SSMClient(settings);
  const instances: string[] = [];
  // A rehearsal may have seen other worlds before this one.
  const unique = randomBytes(4).toString('hex');
  for (const [name, tags] of [
    ['untagged', {}],
    ['other', OTHER_FLEET],
  ] as const) {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const tagged = (
      ...kinds: ReadonlyArray<'instance' | 'volume' | 'image' | 'snapshot' | 'security-group' | 'key-pair'>
    ) =>
      Tags.length === 0 ? {} : { TagSpecifications: kinds.map((ResourceType) => ({ ResourceType, Tags })) };
    const GroupName = `foreign-${name}-${unique}`;
    const { GroupId = '' } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName, Description: 'not ours', ...tagged('security-group') }),
    );
    const open = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '203.0.113.0/24' };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, ...open }));
    await ec2.send(new CreateKeyPairCommand({ KeyName: GroupName, ...tagged('key-pair') }));
    await ec2.send(new CreateVolumeCommand({ AvailabilityZone: `${region}a`, Size: 1, ...tagged('volume') }));
    const launched = await ec2.send(
      new RunInstancesCommand({
        ...{ ImageId: await debian(ec2), InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 },
        ...{ SecurityGroupIds: [GroupId], ...tagged('instance', 'volume') },
      }),
    );
    const InstanceId = launched.Instances?.[0]?.InstanceId ?? '';
    instances.push(InstanceId);
    const patience = { client: ec2, minDelay: 1, maxDelay: 1, maxWaitTime: 60 };
    await waitUntilInstanceRunning(patience, { InstanceIds: [InstanceId] });
    const made = await ec2.send(
      new CreateImageCommand({ InstanceId, Name: GroupName, ...tagged('image', 'snapshot') }),
    );
    await waitUntilImageAvailable(patience, { ImageIds: [made.ImageId ?? ''] });
    await ssm.send(
      new PutParameterCommand({ Name: `/foreign/${GroupName}`, Value: made.ImageId, Type: 'String' }),
    );
  }
  return { instances };
}

async function debian(ec2: EC2Client): Promise<string> {
  const Filters = [{ Name: 'name', Values: ['debian-12-*'] }];
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Filters }));
  return Images[0]?.ImageId ?? '';
}
