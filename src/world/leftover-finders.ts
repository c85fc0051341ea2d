/** The calls that find what runs have made and left, one kind each. */

import type { EC2Client, Tag } from '@aws-sdk/client-ec2';
import type { Leftover, LeftoverKind } from '../images/leftovers.ts';
import { TAG } from '../plan/tags.ts';
import { explained } from './aws-errors.ts';

function ofFleet(fleet: string) {
  return { Name: `tag:${TAG.fleet}`, Values: [fleet] };
}

function leftover(
  kind: LeftoverKind,
  id: string | undefined,
  tags: readonly Tag[] | undefined,
  needed?: string,
): Leftover[] {
  const value = (key: string) => tags?.find(({ Key }) => Key === key)?.Value;
  const run = value(TAG.run);
  // The state is the last tag that a bake sets: what has it is finished.
  if (id === undefined || run === undefined || value(TAG.state) !== undefined) return [];
  return [{ kind, id, run, role: value(TAG.role) ?? '', needed }];
}

export type Finder = (client: EC2Client, fleet: string) => Promise<Leftover[]>;

const instances: Finder = async (client, fleet) => {
  const { paginateDescribeInstances } = await import('@aws-sdk/client-ec2');
  const living = ['pending', 'running', 'stopping', 'stopped'];
  const Filters = [ofFleet(fleet), { Name: 'instance-state-name', Values: living }];
  return explained('ec2:DescribeInstances', async () => {
    const found: Leftover[] = [];
    for await (const { Reservations = [] } of paginateDescribeInstances({ client }, { Filters })) {
      for (const { InstanceId, Tags } of Reservations.flatMap(({ Instances = [] }) => Instances)) {
        const group = Tags?.find(({ Key }) => Key === 'aws:autoscaling:groupName')?.Value;
        const needed = group === undefined ? undefined : `it belongs to the group ${group}`;
        found.push(...leftover('instance', InstanceId, Tags, needed));
      }
    }
    return found;
  });
};

const volumes: Finder = async (client, fleet) => {
  const { paginateDescribeVolumes } = await import('@aws-sdk/client-ec2');
  // Those of instances go with them.
  const Filters = [ofFleet(fleet), { Name: 'status', Values: ['available'] }];
  return explained('ec2:DescribeVolumes', async () => {
    const found: Leftover[] = [];
    for await (const { Volumes = [] } of paginateDescribeVolumes({ client }, { Filters }))
      found.push(...Volumes.flatMap(({ VolumeId, Tags }) => leftover('volume', VolumeId, Tags)));
    return found;
  });
};

const securityGroups: Finder = async (client, fleet) => {
  const { paginateDescribeSecurityGroups } = await import('@aws-sdk/client-ec2');
  const Filters = [ofFleet(fleet)];
  return explained('ec2:DescribeSecurityGroups', async () => {
    const found: Leftover[] = [];
    for await (const { SecurityGroups = [] } of paginateDescribeSecurityGroups({ client }, { Filters }))
      found.push(...SecurityGroups.flatMap(({ GroupId, Tags }) => leftover('security group', GroupId, Tags)));
    return found;
  });
};

const keyPairs: Finder = async (client, fleet) => {
  const { DescribeKeyPairsCommand } = await import('@aws-sdk/client-ec2');
  const { KeyPairs = [] } = await explained('ec2:DescribeKeyPairs', () =>
    client.send(new DescribeKeyPairsCommand({ Filters: [ofFleet(fleet)] })),
  );
  return KeyPairs.flatMap(({ KeyName, Tags }) => leftover('key pair', KeyName, Tags));
};

const images: Finder = async (client, fleet) => {
  const { paginateDescribeImages } = await import('@aws-sdk/client-ec2');
  const query = { Owners: ['self'], Filters: [ofFleet(fleet)], IncludeDisabled: true };
  return explained('ec2:DescribeImages', async () => {
    const found: Leftover[] = [];
    for await (const { Images = [] } of paginateDescribeImages({ client }, query))
      found.push(...Images.flatMap(({ ImageId, Tags }) => leftover('image', ImageId, Tags)));
    return found;
  });
};

const snapshots: Finder = async (client, fleet) => {
  const { paginateDescribeSnapshots } = await import('@aws-sdk/client-ec2');
  const query = { OwnerIds: ['self'], Filters: [ofFleet(fleet)] };
  return explained('ec2:DescribeSnapshots', async () => {
    const found: Leftover[] = [];
    for await (const { Snapshots = [] } of paginateDescribeSnapshots({ client }, query))
      found.push(...Snapshots.flatMap(({ SnapshotId, Tags }) => leftover('snapshot', SnapshotId, Tags)));
    const parts = await ofImages(
      client,
      found.map(({ id }) => id),
    );
    return found.filter(({ id }) => !parts.has(id));
  });
};

/** What one filter takes. */
const FILTER_VALUES = 200;

/** Those of the snapshots that an image is made of: they go with it, or stay with it. */
async function ofImages(client: EC2Client, snapshotIds: readonly string[]): Promise<Set<string>> {
  const { paginateDescribeImages } = await import('@aws-sdk/client-ec2');
  const parts = new Set<string>();
  for (let start = 0; start < snapshotIds.length; start += FILTER_VALUES) {
    const Values = snapshotIds.slice(start, start + FILTER_VALUES);
    const query = {
      Owners: ['self'],
      Filters: [{ Name: 'block-device-mapping.snapshot-id', Values }],
      IncludeDisabled: true,
    };
    for await (const { Images = [] } of paginateDescribeImages({ client }, query))
      for (const { Ebs } of Images.flatMap(({ BlockDeviceMappings = [] }) => BlockDeviceMappings))
        if (Ebs?.SnapshotId !== undefined) parts.add(Ebs.SnapshotId);
  }
  return parts;
}

export const FINDERS: readonly Finder[] = [instances, volumes, securityGroups, keyPairs, images, snapshots];
