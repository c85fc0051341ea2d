/** The door to what load balancers say of instances. */

import type {
  ElasticLoadBalancingV2Client,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetHealth } from '../../rollout/watch/model.ts';
import { explained } from '../aws-errors.ts';

/** All targets: to name those that are meant is refused as soon as one of them has gone. */
export async function targetHealth(
  client: ElasticLoadBalancingV2Client,
  TargetGroupArn: string,
): Promise<TargetHealth[]> {
  const { DescribeTargetHealthCommand: Command } = await import('@aws-sdk/client-elastic-load-balancing-v2');
  const answer = await explained('elasticloadbalancing:DescribeTargetHealth', () =>
    client.send(new Command({ TargetGroupArn })),
  );
  const targetGroup = nameOf(TargetGroupArn);
  return (answer.TargetHealthDescriptions ?? []).map((one) => readTarget(one, targetGroup));
}

function readTarget({ Target, TargetHealth: health }: TargetHealthDescription, targetGroup: string) {
  return {
    targetGroup,
    instanceId: Target?.Id ?? '',
    state: health?.State ?? '',
    reason: health?.Reason ?? '',
    description: health?.Description ?? '',
  };
}

/** `arn:aws:elasticloadbalancing:…:targetgroup/NAME/…` */
function nameOf(arn: string): string {
  return arn.split('/')[1] ?? arn;
}
