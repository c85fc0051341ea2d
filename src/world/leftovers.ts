/** The door to what runs have made and left: found by their tags, and removed one by one. */

import type { EC2Client, Tag } from '@aws-sdk/client-ec2';
import type { Leftover, LeftoverKind } from '../images/leftovers.ts';
import { TAG } from '../plan/tags.ts';
import { explained } from './aws-errors.ts';

export interface Leftovers {
  /** All that carries the tags of a run of this fleet and is no finished image, nor a part of one. */
  find(fleet: string): Promise<Leftover[]>;
  /** What is gone already is no failure. An instance is gone when this ends. */
  remove(leftover: Pick<Leftover, 'kind' | 'id'>): Promise<void>;
}

export function openLeftovers(ec2: () => Promise<EC2Client>): Leftovers {
  return {
    find: async (fleet) => {
      const client = await ec2();
      const found = await Promise.all(FINDERS.map((find) => find(client, fleet)));
      return found.flat();
    },
    remove: async ({ kind, id }) => REMOVERS[kind](await ec2(), id),
  };
}

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

type Finder = (client: EC2Client, fleet: string) => Promise<Leftover[]>;

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
    return found;
  });
};

const FINDERS: readonly Finder[] = [instances, volumes, securityGroups, keyPairs, images, snapshots];

type Remover = (client: EC2Client, id: string) => Promise<void>;

const REMOVERS: Readonly<Record<LeftoverKind, Remover>> = {
  instance: async (client, id) => {
    const { TerminateInstancesCommand, waitUntilInstanceTerminated } = await import('@aws-sdk/client-ec2');
    await unlessGone('ec2:TerminateInstances', () =>
      client.send(new TerminateInstancesCommand({ InstanceIds: [id] })),
    );
    // Its security group can't be deleted before.
    await explained('ec2:DescribeInstances', () =>
      waitUntilInstanceTerminated(
        { client, minDelay: 2, maxDelay: 10, maxWaitTime: 600 },
        { InstanceIds: [id] },
      ),
    );
  },
  volume: async (client, VolumeId) => {
    const { DeleteVolumeCommand } = await import('@aws-sdk/client-ec2');
    await unlessGone('ec2:DeleteVolume', () => client.send(new DeleteVolumeCommand({ VolumeId })));
  },
  'security group': async (client, GroupId) => {
    const { DeleteSecurityGroupCommand } = await import('@aws-sdk/client-ec2');
    await unlessGone('ec2:DeleteSecurityGroup', () =>
      client.send(new DeleteSecurityGroupCommand({ GroupId })),
    );
  },
  'key pair': async (client, KeyName) => {
    const { DeleteKeyPairCommand } = await import('@aws-sdk/client-ec2');
    await unlessGone('ec2:DeleteKeyPair', () => client.send(new DeleteKeyPairCommand({ KeyName })));
  },
  image: async (client, ImageId) => {
    const { DeregisterImageCommand } = await import('@aws-sdk/client-ec2');
    const DeleteAssociatedSnapshots = true;
    await unlessGone('ec2:DeregisterImage', () =>
      client.send(new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots })),
    );
  },
  snapshot: async (client, SnapshotId) => {
    const { DeleteSnapshotCommand } = await import('@aws-sdk/client-ec2');
    await unlessGone('ec2:DeleteSnapshot', () => client.send(new DeleteSnapshotCommand({ SnapshotId })));
  },
};

/** Another clean-up, or Packer itself, may have been faster. */
async function unlessGone(operation: string, call: () => Promise<unknown>): Promise<void> {
  await explained(operation, async () => {
    try {
      await call();
    } catch (error) {
      if (!(error instanceof Error && GONE.test(error.name))) throw error;
    }
  });
}

const GONE = /^Invalid(?:InstanceID|Volume|Group|KeyPair|AMIID|Snapshot)\.(?:NotFound|Unavailable)$/;
