/** CreateAutoScalingGroup, UpdateAutoScalingGroup, DeleteAutoScalingGroup, SetDesiredCapacity, processes, tags. */

import { randomUUID } from 'node:crypto';
import type { MaintenancePolicy } from '../../../../src/rollout/model.ts';
import { idle } from '../../../../src/rollout/refresh/advance.ts';
import { activeRefresh } from '../../../../src/rollout/refresh/members.ts';
import { AwsError } from '../aws-error.ts';
import type { Ec2Call } from '../ec2/action.ts';
import type { Params } from '../wire/params.ts';
import type { XmlElement } from '../wire/xml.ts';
import { invalid, readConfiguration, resolved } from './configuration.ts';
import { type Group, type GroupTag, keyOf, keyOfGroup, PROCESSES } from './model.ts';
import { readTargetGroups } from './targets.ts';
import { groupOf, type WorldOfGroups } from './world.ts';

const NOTHING: XmlElement = {};

export function createGroup(world: WorldOfGroups, { region, params }: Ec2Call): XmlElement {
  const name = params.required('AutoScalingGroupName');
  const key = keyOf(region, name);
  if (world.autoScaling.groups.has(key)) {
    throw new AwsError('AlreadyExists', `AutoScalingGroup by this name already exists - ${name}`);
  }
  const configuration = readConfiguration(world, region, params);
  if (configuration === undefined) throw invalid('The rehearsal has groups with launch templates only.');
  const sizes = readSizes(params, undefined);
  const now = world.autoScaling.clock.now();
  const warmup = params.integer('DefaultInstanceWarmup');
  const grace = params.integer('HealthCheckGracePeriod') ?? 0;
  world.autoScaling.groups.set(key, {
    region,
    name,
    arn: `arn:aws:autoscaling:${region}:${world.accountId}:autoScalingGroup:${randomUUID()}:autoScalingGroupName/${name}`,
    createdAt: now,
    ...sizes,
    healthCheckType: params.text('HealthCheckType') ?? 'EC2',
    healthCheckGraceSeconds: grace,
    defaultWarmupSeconds: warmup === -1 ? undefined : warmup,
    maintenancePolicy: readPolicy(params),
    subnets: params.text('VPCZoneIdentifier')?.split(',') ?? [],
    zones: params.list('AvailabilityZones.member'),
    suspendedProcesses: [],
    targetGroups: readTargetGroups(params),
    tags: readTags(params),
    machine: idle({
      desiredCapacity: readDesired(params, sizes) ?? sizes.minimumSize,
      configuration,
      warmupSeconds: warmup ?? grace,
      newInstancesProtected: params.flag('NewInstancesProtectedFromScaleIn') ?? false,
      imageIsParameter: isParameter(resolved(world, region, configuration).imageId),
      members: [],
    }),
    toldAtSeconds: now.getTime() / 1000,
    launched: new Map(),
    doomed: new Set(),
    sick: new Map(),
    activities: [],
    history: [],
  });
  world.autoScaling.tell(world, key, { kind: 'tick' });
  return NOTHING;
}

export function updateGroup(world: WorldOfGroups, call: Ec2Call): XmlElement {
  const group = groupOf(world, call);
  const { params, region } = call;
  const key = keyOfGroup(group);
  const configuration = readConfiguration(world, region, params);
  if (configuration !== undefined && activeRefresh(group.machine)?.desired !== undefined) {
    throw invalid(
      'An active instance refresh with a desired configuration exists. All configuration options derived ' +
        'from the desired configuration are not available for update while the instance refresh is active.',
    );
  }
  const sizes = readSizes(params, group);
  const desired = readDesired(params, sizes);
  world.autoScaling.change(key, {
    ...sizes,
    healthCheckType: params.text('HealthCheckType') ?? group.healthCheckType,
    healthCheckGraceSeconds: params.integer('HealthCheckGracePeriod') ?? group.healthCheckGraceSeconds,
    defaultWarmupSeconds: params.integer('DefaultInstanceWarmup') ?? group.defaultWarmupSeconds,
    maintenancePolicy: readPolicy(params) ?? group.maintenancePolicy,
    machine: {
      ...group.machine,
      newInstancesProtected:
        params.flag('NewInstancesProtectedFromScaleIn') ?? group.machine.newInstancesProtected,
      ...(configuration === undefined
        ? {}
        : { configuration, imageIsParameter: isParameter(resolved(world, region, configuration).imageId) }),
    },
  });
  const kept = Math.min(Math.max(group.machine.desiredCapacity, sizes.minimumSize), sizes.maximumSize);
  world.autoScaling.tell(world, key, { kind: 'capacity', desired: desired ?? kept });
  return NOTHING;
}

export function deleteGroup(world: WorldOfGroups, call: Ec2Call): XmlElement {
  const group = groupOf(world, call);
  const isForced = call.params.flag('ForceDelete') ?? false;
  if (!isForced && group.machine.members.length > 0) {
    throw new AwsError(
      'ResourceInUse',
      'You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.',
    );
  }
  world.autoScaling.groups.delete(keyOfGroup(group));
  for (const { instanceId } of group.launched.values()) world.instanceLife.terminate(instanceId);
  return NOTHING;
}

export function setDesiredCapacity(world: WorldOfGroups, call: Ec2Call): XmlElement {
  const group = groupOf(world, call);
  const desired = readDesired(call.params, group);
  if (desired === undefined) throw invalid('DesiredCapacity is required');
  world.autoScaling.tell(world, keyOfGroup(group), { kind: 'capacity', desired });
  return NOTHING;
}

export function suspendProcesses(world: WorldOfGroups, call: Ec2Call): XmlElement {
  const group = groupOf(world, call);
  const suspended = new Set([...group.suspendedProcesses, ...processesOf(call.params)]);
  world.autoScaling.change(keyOfGroup(group), { suspendedProcesses: [...suspended] });
  return NOTHING;
}

export function resumeProcesses(world: WorldOfGroups, call: Ec2Call): XmlElement {
  const group = groupOf(world, call);
  const resumed = processesOf(call.params);
  const suspendedProcesses = group.suspendedProcesses.filter((process) => !resumed.includes(process));
  world.autoScaling.change(keyOfGroup(group), { suspendedProcesses });
  return NOTHING;
}

function processesOf(params: Params): readonly string[] {
  const named = params.list('ScalingProcesses.member');
  const strange = named.find((process) => !PROCESSES.some((known) => known === process));
  if (strange !== undefined) throw invalid(`${strange} is not a valid process`);
  return named.length === 0 ? PROCESSES : named;
}

export function createOrUpdateTags(world: WorldOfGroups, { region, params }: Ec2Call): XmlElement {
  for (const tag of params.structures('Tags.member')) {
    const group = groupOf(world, { region, params: renamed(tag) });
    const added = readTag(tag);
    const others = group.tags.filter(({ key }) => key !== added.key);
    world.autoScaling.change(keyOfGroup(group), { tags: [...others, added] });
  }
  return NOTHING;
}

export function deleteTags(world: WorldOfGroups, { region, params }: Ec2Call): XmlElement {
  for (const tag of params.structures('Tags.member')) {
    const group = groupOf(world, { region, params: renamed(tag) });
    const tags = group.tags.filter(({ key }) => key !== tag.text('Key'));
    world.autoScaling.change(keyOfGroup(group), { tags });
  }
  return NOTHING;
}

/** A tag names its group as its resource. */
function renamed(tag: Params): Params {
  return tag.with('AutoScalingGroupName', tag.required('ResourceId'));
}

function readTags(params: Params): GroupTag[] {
  return params.structures('Tags.member').map(readTag);
}

function readTag(tag: Params): GroupTag {
  return {
    key: tag.required('Key'),
    value: tag.raw('Value') ?? '',
    propagates: tag.flag('PropagateAtLaunch') ?? false,
  };
}

function readSizes(params: Params, group: Group | undefined): Pick<Group, 'minimumSize' | 'maximumSize'> {
  const minimumSize = params.integer('MinSize') ?? group?.minimumSize;
  const maximumSize = params.integer('MaxSize') ?? group?.maximumSize;
  if (minimumSize === undefined || maximumSize === undefined)
    throw invalid('MinSize and MaxSize are required');
  if (minimumSize <= maximumSize && minimumSize >= 0) return { minimumSize, maximumSize };
  throw invalid(`Max bound, ${maximumSize}, must be greater than or equal to min bound, ${minimumSize}`);
}

function readDesired(
  params: Params,
  { minimumSize, maximumSize }: Pick<Group, 'minimumSize' | 'maximumSize'>,
): number | undefined {
  const desired = params.integer('DesiredCapacity');
  if (desired === undefined || (desired >= minimumSize && desired <= maximumSize)) return desired;
  throw invalid(
    `Desired capacity:${desired} must be between the specified min size:${minimumSize} and max size:${maximumSize}`,
  );
}

function readPolicy(params: Params): MaintenancePolicy | undefined {
  const policy = params.structure('InstanceMaintenancePolicy');
  const minimum = policy?.integer('MinHealthyPercentage');
  const maximum = policy?.integer('MaxHealthyPercentage');
  if (minimum === undefined || maximum === undefined || minimum === -1) return undefined;
  return { minimumHealthyPercent: minimum, maximumHealthyPercent: maximum };
}

function isParameter(imageId: string): boolean {
  return imageId.startsWith('resolve:');
}
