/** The door to security groups that let SSH in and nothing out. */

import type { EC2Client, SecurityGroup } from '@aws-sdk/client-ec2';
import { fail } from '../failure.ts';
import type { QuietGroup } from '../verify/quiet.ts';
import { explained } from './aws-errors.ts';
import { closeWayOut, createGroup, deleteGroup, letIn, strange } from './quiet-calls.ts';
import { type Pause, pauseAWhile, trying } from './trying.ts';

export interface QuietNetwork {
  /**
   * Makes a group and returns its id, once EC2 has confirmed that it lets nothing out.
   * @throws Failed where it has not, and then the group is gone
   */
  open(wanted: QuietGroup): Promise<string>;
  /** Deletes it as soon as no instance has it. @throws Failed where one still has after minutes */
  close(groupId: string, signal?: AbortSignal): Promise<void>;
}

/** A change of a group is seen everywhere within seconds. */
const LOOKS = 20;
/** A terminated instance keeps its network interface for a while. */
const DELETIONS = 100;

/** `pause`: between two attempts. */
export function openQuietNetwork(ec2: () => Promise<EC2Client>, pause: Pause = pauseAWhile): QuietNetwork {
  const close: QuietNetwork['close'] = async (groupId, signal) => {
    const client = await ec2();
    const again = /^DependencyViolation$/;
    await trying({ again, times: DELETIONS, pause: () => pause(signal) }, () => deleteGroup(client, groupId));
  };
  return {
    open: async (wanted) => {
      const client = await ec2();
      const groupId = await createGroup(client, wanted);
      try {
        // A group that was made a moment ago is not known everywhere.
        const again = /^InvalidGroup\.NotFound$/;
        await trying({ again, times: LOOKS, pause }, () => closeWayOut(client, groupId));
        await trying({ again, times: LOOKS, pause }, () => letIn(client, groupId, wanted.sources));
        await confirm(client, groupId, pause);
        return groupId;
      } catch (error) {
        await close(groupId).catch(() => undefined);
        throw error;
      }
    },
    close,
  };
}

async function confirm(client: EC2Client, groupId: string, pause: Pause): Promise<void> {
  const { DescribeSecurityGroupsCommand } = await import('@aws-sdk/client-ec2');
  for (let look = 1; look <= LOOKS; look += 1) {
    const Filters = [{ Name: 'group-id', Values: [groupId] }];
    const { SecurityGroups = [] } = await explained('ec2:DescribeSecurityGroups', () =>
      client.send(new DescribeSecurityGroupsCommand({ Filters })),
    );
    if (SecurityGroups.some(isQuiet)) return;
    await pause();
  }
  fail({
    ...strange('ec2:DescribeSecurityGroups', `it still shows a way out of ${groupId}`),
    remedy: 'no instance was launched; see whether something in this account adds egress rules to new groups',
  });
}

/** What shows that SSH is let in is no look from before the way out was closed. */
function isQuiet({ IpPermissions = [], IpPermissionsEgress = [] }: SecurityGroup): boolean {
  return IpPermissions.length > 0 && IpPermissionsEgress.length === 0;
}
