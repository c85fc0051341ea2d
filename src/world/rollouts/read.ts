/** What AWS says of groups, refreshes and templates, in the words of rollouts. Pure. */

import type {
  Activity,
  AutoScalingGroup,
  InstanceRefresh,
  LaunchTemplateOverrides,
  LaunchTemplateSpecification,
  MixedInstancesPolicy,
  Instance as SdkInstance,
} from '@aws-sdk/client-auto-scaling';
import type { Image, LaunchTemplateVersion } from '@aws-sdk/client-ec2';
import { existingImage } from '../../plan/decide.ts';
import {
  type Configuration,
  type Group,
  type Instance,
  type LaunchTemplateRef,
  LIFECYCLE_STATES,
  type Override,
  REFRESH_STATUSES,
  type Refresh,
} from '../../rollout/model.ts';
import type { ExistingVersion } from '../../rollout/plan/version.ts';
import type { ScalingActivity } from '../../rollout/watch/model.ts';

export function readGroup(group: AutoScalingGroup): Group {
  const policy = group.InstanceMaintenancePolicy;
  const minimum = policy?.MinHealthyPercentage ?? -1;
  const maximum = policy?.MaxHealthyPercentage ?? -1;
  return {
    name: group.AutoScalingGroupName ?? '',
    minimumSize: group.MinSize ?? 0,
    maximumSize: group.MaxSize ?? 0,
    desiredCapacity: group.DesiredCapacity ?? 0,
    configuration: readConfiguration(group.LaunchTemplate, group.MixedInstancesPolicy),
    instances: (group.Instances ?? []).flatMap((instance) => readInstance(instance) ?? []),
    healthCheckGraceSeconds: group.HealthCheckGracePeriod ?? 0,
    defaultWarmupSeconds: group.DefaultInstanceWarmup,
    maintenancePolicy:
      minimum < 0 || maximum < 0
        ? undefined
        : { minimumHealthyPercent: minimum, maximumHealthyPercent: maximum },
    newInstancesProtected: group.NewInstancesProtectedFromScaleIn ?? false,
    targetGroups: targetGroupsOf(group),
    suspendedProcesses: (group.SuspendedProcesses ?? []).flatMap(({ ProcessName }) => ProcessName ?? []),
    hasWarmPool: group.WarmPoolConfiguration !== undefined,
    isBeingDeleted: group.Status !== undefined,
    operator: group.Operator?.Principal,
    tags: new Map((group.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  };
}

/** However they were attached: AWS lists those of load balancers in two places, and others in one of them. */
function targetGroupsOf({ TargetGroupARNs = [], TrafficSources = [] }: AutoScalingGroup): string[] {
  const attached = TrafficSources.flatMap(({ Identifier = '' }) =>
    /:elasticloadbalancing:.*:targetgroup\//.test(Identifier) ? [Identifier] : [],
  );
  return [...new Set([...TargetGroupARNs, ...attached])];
}

/** Undefined for a launch configuration. */
export function readConfiguration(
  template: LaunchTemplateSpecification | undefined,
  policy: MixedInstancesPolicy | undefined,
): Configuration | undefined {
  const specification = template ?? policy?.LaunchTemplate?.LaunchTemplateSpecification;
  if (specification === undefined) return undefined;
  return {
    launchTemplate: readTemplate(specification),
    mixed:
      policy === undefined
        ? undefined
        : {
            overrides: (policy.LaunchTemplate?.Overrides ?? []).map(readOverride),
            distribution: { ...policy.InstancesDistribution },
          },
  };
}

/** AWS's default for a version that is not said. */
function readTemplate(specification: LaunchTemplateSpecification): LaunchTemplateRef {
  const { LaunchTemplateId = '', LaunchTemplateName = '', Version = '$Default' } = specification;
  return { id: LaunchTemplateId, name: LaunchTemplateName, version: Version };
}

function readOverride(override: LaunchTemplateOverrides): Override {
  const { InstanceType, WeightedCapacity, ImageId, LaunchTemplateSpecification: own } = override;
  return {
    instanceType: InstanceType,
    weight: WeightedCapacity === undefined ? undefined : Number(WeightedCapacity),
    imageId: ImageId,
    launchTemplate: own === undefined ? undefined : readTemplate(own),
    hasRequirements: override.InstanceRequirements !== undefined,
    rest: { ...override },
  };
}

/** Undefined for an instance in a state that no rollout is about. */
function readInstance(instance: SdkInstance): Instance | undefined {
  const lifecycle = LIFECYCLE_STATES.find((known) => known === instance.LifecycleState);
  if (lifecycle === undefined || instance.InstanceId === undefined) return undefined;
  return {
    id: instance.InstanceId,
    instanceType: instance.InstanceType ?? '',
    availabilityZone: instance.AvailabilityZone ?? '',
    lifecycle,
    health: instance.HealthStatus === 'Unhealthy' ? 'Unhealthy' : 'Healthy',
    scaleInProtected: instance.ProtectedFromScaleIn ?? false,
    launchTemplate: instance.LaunchTemplate === undefined ? undefined : readTemplate(instance.LaunchTemplate),
    launchedAtSeconds: undefined,
  };
}

/** Undefined for a refresh with a status that is not known. */
export function readRefresh(refresh: InstanceRefresh): Refresh | undefined {
  const status = REFRESH_STATUSES.find((known) => known === refresh.Status);
  if (status === undefined) return undefined;
  const desired = refresh.DesiredConfiguration;
  return {
    id: refresh.InstanceRefreshId ?? '',
    status,
    reason: refresh.StatusReason ?? '',
    startedAtSeconds: secondsOf(refresh.StartTime),
    endedAtSeconds: secondsOf(refresh.EndTime),
    percentComplete: refresh.PercentageComplete ?? 0,
    instancesToUpdate: refresh.InstancesToUpdate ?? 0,
    desired:
      desired === undefined
        ? undefined
        : readConfiguration(desired.LaunchTemplate, desired.MixedInstancesPolicy),
    rollbackReason: refresh.RollbackDetails?.RollbackReason,
  };
}

/** Undefined where it has no number. */
export function readVersion(version: LaunchTemplateVersion): ExistingVersion | undefined {
  const { VersionNumber, VersionDescription = '', LaunchTemplateData: data } = version;
  if (VersionNumber === undefined) return undefined;
  const { State: _, ...metadata } = data?.MetadataOptions ?? {};
  return {
    number: VersionNumber,
    description: VersionDescription,
    imageId: data?.ImageId ?? '',
    instanceType: data?.InstanceType,
    metadata,
  };
}

/** With what bake's tags say of it. */
export function readImage(image: Image) {
  const { ImageId = '', Name = '', State = '', CreationDate = '', Architecture = '', Tags = [] } = image;
  const tags = new Map(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  const own = existingImage({ imageId: ImageId, name: Name, createdAt: CreationDate, status: State }, tags);
  return {
    id: ImageId,
    name: Name,
    availability: State,
    architecture: Architecture,
    state: own?.state,
    role: own?.role,
  };
}

export function readActivity(activity: Activity): ScalingActivity {
  return {
    id: activity.ActivityId ?? '',
    description: activity.Description ?? '',
    message: activity.StatusMessage ?? '',
    cause: activity.Cause ?? '',
    outcome: outcomeOf(activity.StatusCode),
    startedAtSeconds: secondsOf(activity.StartTime) ?? 0,
    endedAtSeconds: secondsOf(activity.EndTime),
  };
}

function outcomeOf(status: string | undefined): ScalingActivity['outcome'] {
  if (status === 'Successful') return 'done';
  return status === 'Failed' || status === 'Cancelled' ? 'failed' : 'running';
}

function secondsOf(date: Date | undefined): number | undefined {
  return date === undefined ? undefined : date.getTime() / 1000;
}
