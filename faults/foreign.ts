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
  type ResourceType,
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

/**
 * An image with its snapshot, a volume, a security group, a key pair and a parameter, twice, and an instance of the
 * other fleet, of which the images are made. Returns its id.
 */
export async function setUpForeign(caller: Caller, region: string): Promise<string> {
  const settings = { ...caller, region };
  const ec2 = new EC2Client(settings);
  const ssm = new SSMClient(settings);
  // A rehearsal may have seen other worlds before this one.
  const unique = randomBytes(4).toString('hex');
  const InstanceId = await launchForeign(ec2);
  for (const [name, tags] of [
    ['untagged', {}],
    ['other', OTHER_FLEET],
  ] as const) {
    const GroupName = `foreign-${name}-${unique}`;
    const { GroupId = '' } = await ec2.send(
      new CreateSecurityGroupCommand({
        ...{ GroupName, Description: 'not ours' },
        ...tagged(tags, 'security-group'),
      }),
    );
    const open = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '203.0.113.0/24' };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, ...open }));
    await ec2.send(new CreateKeyPairCommand({ KeyName: GroupName, ...tagged(tags, 'key-pair') }));
    const AvailabilityZone = `${region}a`;
    await ec2.send(new CreateVolumeCommand({ AvailabilityZone, Size: 1, ...tagged(tags, 'volume') }));
    const made = await ec2.send(
      new CreateImageCommand({ InstanceId, Name: GroupName, ...tagged(tags, 'image', 'snapshot') }),
    );
    await waitUntilImageAvailable(patient(ec2), { ImageIds: [made.ImageId ?? ''] });
    await ssm.send(
      new PutParameterCommand({ Name: `/foreign/${GroupName}`, Value: made.ImageId, Type: 'String' }),
    );
  }
  return InstanceId;
}

function tagged(tags: Readonly<Record<string, string>>, ...kinds: readonly ResourceType[]) {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  if (Tags.length === 0) return {};
  return { TagSpecifications: kinds.map((ResourceType) => ({ ResourceType, Tags })) };
}

function patient(client: EC2Client) {
  return { client, minDelay: 1, maxDelay: 1, maxWaitTime: 60 };
}

async function launchForeign(ec2: EC2Client): Promise<string> {
  const launched = await ec2.send(
    new RunInstancesCommand({
      ...{ ImageId: await debian(ec2), InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 },
      ...tagged(OTHER_FLEET, 'instance', 'volume'),
    }),
  );
  const id = launched.Instances?.[0]?.InstanceId ?? '';
  await waitUntilInstanceRunning(patient(ec2), { InstanceIds: [id] });
  return id;
}

export async function debian(ec2: EC2Client): Promise<string> {
  const Filters = [{ Name: 'name', Values: ['debian-12-*'] }];
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Filters }));
  return Images[0]?.ImageId ?? '';
}
