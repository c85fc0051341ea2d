/** What rollouts ask AWS for, in AWS's words. Pure. */

import type {
  DesiredConfiguration,
  LaunchTemplateSpecification,
  RefreshPreferences,
} from '@aws-sdk/client-auto-scaling';
import type { Configuration, LaunchTemplateRef } from '../../rollout/model.ts';
import type { RequestedPreferences } from '../../rollout/preferences.ts';

/** What is undefined is left to the group and to AWS: to leave the maximum out is not to set it to 100. */
export function preferencesRequest(requested: RequestedPreferences): RefreshPreferences {
  const { checkpointPercents: percents = [], alarms = [] } = requested;
  return {
    MinHealthyPercentage: requested.minimumHealthyPercent,
    MaxHealthyPercentage: requested.maximumHealthyPercent,
    InstanceWarmup: requested.warmupSeconds,
    CheckpointPercentages: percents.length === 0 ? undefined : [...percents],
    CheckpointDelay: percents.length === 0 ? undefined : requested.checkpointDelaySeconds,
    SkipMatching: requested.skipMatching,
    AutoRollback: requested.autoRollback,
    ScaleInProtectedInstances: requested.scaleInProtected,
    StandbyInstances: requested.standby,
    AlarmSpecification: alarms.length === 0 ? undefined : { Alarms: [...alarms] },
    BakeTime: requested.bakeSeconds,
  };
}

/** A mixed instances policy as AWS gave it, with another version of the launch template. */
export function desiredRequest({ launchTemplate, mixed }: Configuration): DesiredConfiguration {
  if (mixed === undefined) return { LaunchTemplate: templateRequest(launchTemplate) };
  return {
    MixedInstancesPolicy: {
      LaunchTemplate: {
        LaunchTemplateSpecification: templateRequest(launchTemplate),
        Overrides: mixed.overrides.map(({ rest }) => ({ ...rest })),
      },
      InstancesDistribution: { ...mixed.distribution },
    },
  };
}

/** By its id: AWS takes one of id and name. */
export function templateRequest({ id, version }: LaunchTemplateRef): LaunchTemplateSpecification {
  return { LaunchTemplateId: id, Version: version };
}
