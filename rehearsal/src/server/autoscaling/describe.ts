/** DescribeAutoScalingGroups, DescribeAutoScalingInstances, DescribeScalingActivities. */

import type { Member } from '../../../../src/rollout/refresh/state.ts';
import type { Ec2Call } from '../ec2/action.ts';
import type { XmlElement } from '../wire/xml.ts';
import { encodeConfiguration, encodeTemplate } from './configuration.ts';
import type { Activity, Group } from './model.ts';
import { pageOf } from './paging.ts';
import { groupOf, type WorldOfGroups } from './world.ts';

export function describeGroups(world: WorldOfGroups, { region, params }: Ec2Call): XmlElement {
  const names = params.list('AutoScalingGroupNames.member');
  const filters = params.structures('Filters.member').map((filter) => ({
    name: filter.required('Name'),
    values: filter.list('Values.member'),
  }));
  const found = [...world.autoScaling.groups.values()].filter(
    (group) =>
      group.region === region &&
      (names.length === 0 || names.includes(group.name)) &&
      filters.every((filter) => passes(group, filter)),
  );
  const { page, next } = pageOf(params, found, 50);
  return { AutoScalingGroups: page.map(encodeGroup), NextToken: next };
}

function passes({ tags }: Group, { name, values }: { name: string; values: readonly string[] }): boolean {
  const wanted = (text: string) => values.includes(text);
  if (name === 'tag-key') return tags.some(({ key }) => wanted(key));
  if (name === 'tag-value') return tags.some(({ value }) => wanted(value));
  return tags.some(({ key, value }) => name === `tag:${key}` && wanted(value));
}

function encodeGroup(group: Group): XmlElement {
  const { machine } = group;
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    ...encodeConfiguration(machine.configuration),
    MinSize: group.minimumSize,
    MaxSize: group.maximumSize,
    DesiredCapacity: machine.desiredCapacity,
    DefaultCooldown: 300,
    AvailabilityZones: [
      ...new Set([...group.zones, ...[...group.launched.values()].map((one) => one.availabilityZone)]),
    ],
    HealthCheckType: group.healthCheckType,
    HealthCheckGracePeriod: group.healthCheckGraceSeconds,
    TargetGroupARNs: group.targetGroups,
    TrafficSources: group.targetGroups.map((Identifier) => ({ Identifier, Type: 'elbv2' })),
    Instances: machine.members.flatMap((member) => encodeMember(group, member) ?? []),
    CreatedTime: group.createdAt,
    SuspendedProcesses: group.suspendedProcesses.map((ProcessName) => ({
      ProcessName,
      SuspensionReason: 'User suspended',
    })),
    VPCZoneIdentifier: group.subnets.join(','),
    Tags: group.tags.map(({ key, value, propagates }) => ({
      ResourceId: group.name,
      ResourceType: 'auto-scaling-group',
      Key: key,
      Value: value,
      PropagateAtLaunch: propagates,
    })),
    NewInstancesProtectedFromScaleIn: machine.newInstancesProtected,
    DefaultInstanceWarmup: group.defaultWarmupSeconds,
    InstanceMaintenancePolicy:
      group.maintenancePolicy === undefined
        ? undefined
        : {
            MinHealthyPercentage: group.maintenancePolicy.minimumHealthyPercent,
            MaxHealthyPercentage: group.maintenancePolicy.maximumHealthyPercent,
          },
  };
}

/** Nothing while EC2 has not given it an id yet. */
function encodeMember({ launched }: Group, member: Member): XmlElement | undefined {
  const known = launched.get(member.id);
  if (known === undefined) return undefined;
  return {
    InstanceId: known.instanceId,
    InstanceType: known.instanceType,
    AvailabilityZone: known.availabilityZone,
    LifecycleState: member.state,
    HealthStatus: member.health,
    LaunchTemplate: member.launchTemplate === undefined ? undefined : encodeTemplate(member.launchTemplate),
    ProtectedFromScaleIn: member.scaleInProtected,
  };
}

export function describeInstances(world: WorldOfGroups, { region, params }: Ec2Call): XmlElement {
  const ids = params.list('InstanceIds.member');
  const groups = [...world.autoScaling.groups.values()].filter((group) => group.region === region);
  const all = groups.flatMap((group) =>
    group.machine.members.flatMap((member) => {
      const encoded = encodeMember(group, member);
      return encoded === undefined ? [] : [{ ...encoded, AutoScalingGroupName: group.name }];
    }),
  );
  return {
    AutoScalingInstances: all.filter(
      (one: XmlElement) => ids.length === 0 || ids.includes(`${one.InstanceId}`),
    ),
  };
}

export function describeActivities(world: WorldOfGroups, call: Ec2Call): XmlElement {
  const group = groupOf(world, call);
  const { page, next } = pageOf(call.params, group.activities, 100);
  return { Activities: page.map((activity) => encodeActivity(group, activity)), NextToken: next };
}

function encodeActivity({ name, arn }: Group, activity: Activity): XmlElement {
  return {
    ActivityId: activity.id,
    AutoScalingGroupName: name,
    AutoScalingGroupARN: arn,
    Description: activity.description,
    Cause: activity.cause,
    StartTime: activity.startTime,
    EndTime: activity.endTime,
    StatusCode: activity.status,
    StatusMessage: activity.message === '' ? undefined : activity.message.slice(0, 255),
    Progress: activity.endTime === undefined ? 50 : 100,
  };
}
