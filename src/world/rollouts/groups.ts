/** Auto Scaling groups: read, tagged, moved to another configuration. */

import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import type { Configuration, Group } from '../../rollout/model.ts';
import type { ScalingActivity } from '../../rollout/watch/model.ts';
import { explained } from '../aws-errors.ts';
import { readActivity, readGroup } from './read.ts';
import { desiredRequest, templateRequest } from './requests.ts';

/** What DescribeAutoScalingGroups takes in one call. */
const NAMES_A_CALL = 50;

export async function groups(client: AutoScalingClient, names: readonly string[]): Promise<Group[]> {
  const { DescribeAutoScalingGroupsCommand: Command } = await import('@aws-sdk/client-auto-scaling');
  const found: Group[] = [];
  for (let from = 0; from < names.length; from += NAMES_A_CALL) {
    const AutoScalingGroupNames = names.slice(from, from + NAMES_A_CALL);
    const answer = await explained('autoscaling:DescribeAutoScalingGroups', () =>
      client.send(new Command({ AutoScalingGroupNames })),
    );
    found.push(...(answer.AutoScalingGroups ?? []).map(readGroup));
  }
  return found;
}

export async function groupsTagged(
  client: AutoScalingClient,
  tags: Readonly<Record<string, string>>,
): Promise<Group[]> {
  const { paginateDescribeAutoScalingGroups: paginate } = await import('@aws-sdk/client-auto-scaling');
  const Filters = Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
  return explained('autoscaling:DescribeAutoScalingGroups', async () => {
    const found: Group[] = [];
    for await (const page of paginate({ client, pageSize: 100 }, { Filters })) {
      found.push(...(page.AutoScalingGroups ?? []).map(readGroup));
    }
    return found;
  });
}

export async function activities(client: AutoScalingClient, group: string): Promise<ScalingActivity[]> {
  const { DescribeScalingActivitiesCommand: Command } = await import('@aws-sdk/client-auto-scaling');
  const answer = await explained('autoscaling:DescribeScalingActivities', () =>
    client.send(new Command({ AutoScalingGroupName: group, MaxRecords: 100 })),
  );
  return (answer.Activities ?? []).map(readActivity);
}

export async function tag(
  client: AutoScalingClient,
  group: string,
  tags: ReadonlyMap<string, string>,
): Promise<void> {
  const { CreateOrUpdateTagsCommand: Command } = await import('@aws-sdk/client-auto-scaling');
  const Tags = [...tags].map(([Key, Value]) => ({
    ResourceId: group,
    ResourceType: 'auto-scaling-group',
    Key,
    Value,
    PropagateAtLaunch: false,
  }));
  await explained('autoscaling:CreateOrUpdateTags', () => client.send(new Command({ Tags })));
}

export async function set(
  client: AutoScalingClient,
  group: string,
  configuration: Configuration,
): Promise<void> {
  const { UpdateAutoScalingGroupCommand: Command } = await import('@aws-sdk/client-auto-scaling');
  const { LaunchTemplate, MixedInstancesPolicy } = desiredRequest(configuration);
  await explained('autoscaling:UpdateAutoScalingGroup', () =>
    client.send(
      new Command({
        AutoScalingGroupName: group,
        ...(MixedInstancesPolicy === undefined
          ? { LaunchTemplate: LaunchTemplate ?? templateRequest(configuration.launchTemplate) }
          : { MixedInstancesPolicy }),
      }),
    ),
  );
}
