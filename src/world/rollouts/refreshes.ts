/** Instance refreshes: read, started, ended. */

import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import type { Configuration, Refresh } from '../../rollout/model.ts';
import type { RequestedPreferences } from '../../rollout/preferences.ts';
import { explained } from '../aws-errors.ts';
import { readRefresh } from './read.ts';
import { desiredRequest, preferencesRequest } from './requests.ts';

export async function refreshes(client: AutoScalingClient, group: string): Promise<Refresh[]> {
  const { DescribeInstanceRefreshesCommand: Command } = await import('@aws-sdk/client-auto-scaling');
  const answer = await explained('autoscaling:DescribeInstanceRefreshes', () =>
    client.send(new Command({ AutoScalingGroupName: group, MaxRecords: 10 })),
  );
  return (answer.InstanceRefreshes ?? []).flatMap((refresh) => readRefresh(refresh) ?? []);
}

export async function start(
  client: AutoScalingClient,
  group: string,
  desired: Configuration,
  requested: RequestedPreferences,
): Promise<string> {
  const { StartInstanceRefreshCommand: Command } = await import('@aws-sdk/client-auto-scaling');
  const answer = await explained('autoscaling:StartInstanceRefresh', () =>
    client.send(
      new Command({
        AutoScalingGroupName: group,
        Strategy: 'Rolling',
        DesiredConfiguration: desiredRequest(desired),
        Preferences: preferencesRequest(requested),
      }),
    ),
  );
  return answer.InstanceRefreshId ?? '';
}

export async function cancel(client: AutoScalingClient, group: string): Promise<void> {
  const { CancelInstanceRefreshCommand: Command } = await import('@aws-sdk/client-auto-scaling');
  await explained('autoscaling:CancelInstanceRefresh', () =>
    client.send(new Command({ AutoScalingGroupName: group })),
  );
}

export async function rollBack(client: AutoScalingClient, group: string): Promise<void> {
  const { RollbackInstanceRefreshCommand: Command } = await import('@aws-sdk/client-auto-scaling');
  await explained('autoscaling:RollbackInstanceRefresh', () =>
    client.send(new Command({ AutoScalingGroupName: group })),
  );
}
