/** All that there is at AWS in one region, before and after: what is new, what is gone, what was changed. */

import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { ListBucketsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Caller } from '../test/support/aws-by-hand.ts';

/** `instance i-1` → all that is to be seen of it. */
export type Stock = ReadonlyMap<string, string>;

export async function takeStock(caller: Caller, region: string): Promise<Stock> {
  const settings = { ...caller, region };
  const found = await Promise.all([
    ...EC2_KINDS.map((list) => list(new EC2Client(settings))),
    groups(new AutoScalingClient(settings)),
    alarms(new CloudWatchClient(settings)),
    parameters(new SSMClient(settings)),
    objects(new S3Client({ ...settings, forcePathStyle: true }), region),
  ]);
  return new Map(found.flat());
}

export interface Compared {
  readonly made: readonly string[];
  readonly gone: readonly string[];
  readonly changed: readonly string[];
}

export function compareStock(before: Stock, after: Stock): Compared {
  return {
    made: [...after.keys()].filter((name) => !before.has(name)),
    gone: [...before.keys()].filter((name) => !after.has(name)),
    changed: [...after].filter(([name, text]) => (before.get(name) ?? text) !== text).map(([name]) => name),
  };
}

/** `text`: all that is to be seen of it. */
export type IsExpected = (name: string, text: string) => boolean;

/** What a trial has lost, where it should have left everything as it was but for what `isExpected` says. */
export function stockLost(before: Stock, after: Stock, isExpected: IsExpected = () => false): string[] {
  const { made, gone, changed } = compareStock(before, after);
  const unexpected = (names: readonly string[]) =>
    names.filter((name) => !isExpected(name, after.get(name) ?? before.get(name) ?? ''));
  return [
    ...unexpected(made).map((name) => `left behind: ${name}`),
    ...unexpected(gone).map((name) => `gone, and it is not bake's: ${name}`),
    ...unexpected(changed).map((name) => `changed, and it is not bake's: ${name}`),
  ];
}

type Entries = Array<readonly [string, string]>;

function entries<T>(
  kind: string,
  all: readonly T[] | undefined,
  id: (one: T) => string | undefined,
): Entries {
  return (all ?? []).map((one) => [`${kind} ${id(one)}`, JSON.stringify(one)] as const);
}

const EC2_KINDS: ReadonlyArray<(ec2: EC2Client) => Promise<Entries>> = [
  async (ec2) => {
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
    const living = Reservations.flatMap(({ Instances = [] }) => Instances).filter(
      ({ State }) => State?.Name !== 'terminated',
    );
    return entries('instance', living, ({ InstanceId }) => InstanceId);
  },
  async (ec2) =>
    entries('volume', (await ec2.send(new DescribeVolumesCommand({}))).Volumes, ({ VolumeId }) => VolumeId),
  async (ec2) => {
    const { Snapshots } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
    return entries('snapshot', Snapshots, ({ SnapshotId }) => SnapshotId);
  },
  async (ec2) => {
    const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['self'], IncludeDisabled: true }));
    return entries('image', Images, ({ ImageId }) => ImageId);
  },
  async (ec2) => {
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({}));
    return entries('security group', SecurityGroups, ({ GroupId }) => GroupId);
  },
  async (ec2) =>
    entries('key pair', (await ec2.send(new DescribeKeyPairsCommand({}))).KeyPairs, ({ KeyName }) => KeyName),
  async (ec2) => {
    const { LaunchTemplates = [] } = await ec2.send(new DescribeLaunchTemplatesCommand({}));
    const versions = await Promise.all(
      LaunchTemplates.map(({ LaunchTemplateId = '' }) =>
        ec2.send(new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId })),
      ),
    );
    return entries(
      'launch template version',
      versions.flatMap(({ LaunchTemplateVersions = [] }) => LaunchTemplateVersions),
      ({ LaunchTemplateId, VersionNumber }) => `${LaunchTemplateId}:${VersionNumber}`,
    );
  },
];

async function groups(scaling: AutoScalingClient): Promise<Entries> {
  const { AutoScalingGroups } = await scaling.send(new DescribeAutoScalingGroupsCommand({}));
  return entries('group', AutoScalingGroups, ({ AutoScalingGroupName }) => AutoScalingGroupName);
}

async function alarms(watch: CloudWatchClient): Promise<Entries> {
  const { MetricAlarms } = await watch.send(new DescribeAlarmsCommand({}));
  return entries('alarm', MetricAlarms, ({ AlarmName }) => AlarmName);
}

async function parameters(ssm: SSMClient): Promise<Entries> {
  const query = { Path: '/', Recursive: true };
  const all: Entries = [];
  let NextToken: string | undefined;
  do {
    const page = await ssm.send(
      new GetParametersByPathCommand({ ...query, ...(NextToken ? { NextToken } : {}) }),
    );
    all.push(...entries('parameter', page.Parameters, ({ Name }) => Name));
    NextToken = page.NextToken;
  } while (NextToken);
  // AWS's own, which are everywhere.
  return all.filter(([name]) => !name.startsWith('parameter /aws/'));
}

async function objects(s3: S3Client, BucketRegion: string): Promise<Entries> {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({ BucketRegion }));
  const found = await Promise.all(
    Buckets.map(async ({ Name: Bucket = '' }) => {
      const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
      return entries(`object s3://${Bucket}`, Contents, ({ Key }) => Key);
    }),
  );
  return found.flat();
}
