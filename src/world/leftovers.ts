/** The door to what runs have made and left: found by their tags, and removed one by one. */

import type { EC2Client } from '@aws-sdk/client-ec2';
import { fail } from '../failure.ts';
import type { Leftover, LeftoverKind } from '../images/leftovers.ts';
import { explained } from './aws-errors.ts';
import { FINDERS } from './leftover-finders.ts';
import { type Pause, pauseAWhile, trying } from './trying.ts';

export interface Leftovers {
  /** All that carries the tags of a run of this fleet and is no finished image, nor a part of one. */
  find(fleet: string): Promise<Leftover[]>;
  /** What is gone already is no failure. An instance is gone when this ends. */
  remove(leftover: Pick<Leftover, 'kind' | 'id'>, signal?: AbortSignal): Promise<void>;
}

/** An instance has its security groups until it is gone, also where somebody else has ended it. */
const TIMES = 60;

/** `pause`: between two attempts. */
export function openLeftovers(ec2: () => Promise<EC2Client>, pause: Pause = pauseAWhile): Leftovers {
  return {
    find: async (fleet) => {
      const client = await ec2();
      const found = await Promise.all(FINDERS.map((find) => find(client, fleet)));
      return found.flat();
    },
    remove: async ({ kind, id }, signal) => {
      const client = await ec2();
      const patience = { again: /^DependencyViolation$/, times: TIMES, pause: () => pause(signal) };
      await trying(patience, () => REMOVERS[kind](client, id));
    },
  };
}

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
        { client, minDelay: 2, maxDelay: 4, maxWaitTime: 600 },
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
    await unlessGone('ec2:DeregisterImage', async () => {
      const work = new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true });
      const { DeleteSnapshotResults = [] } = await client.send(work);
      const left = DeleteSnapshotResults.filter(({ ReturnCode }) => ReturnCode !== 'success');
      if (left.length > 0) snapshotsLeft(left.map(({ SnapshotId }) => SnapshotId ?? '').join(', '));
    });
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

function snapshotsLeft(ids: string): never {
  fail({
    kind: 'aws',
    operation: 'ec2:DeregisterImage',
    code: 'SnapshotsLeft',
    problem: `it is gone, but its snapshots are not: ${ids}`,
    remedy: 'run the same command again: it finds them',
  });
}
