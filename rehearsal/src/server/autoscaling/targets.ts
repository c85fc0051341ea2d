/** Load balancers' target groups, as far as groups have them: what is attached, and what is healthy in them. */

import type { Member } from '../../../../src/rollout/refresh/state.ts';
import { AwsError } from '../aws-error.ts';
import type { Ec2Call, World } from '../ec2/action.ts';
import type { Params } from '../wire/params.ts';
import type { XmlElement } from '../wire/xml.ts';
import { groupOf, keyOfGroup } from './group-calls.ts';
import type { Group } from './model.ts';

const NOTHING: XmlElement = {};

/** Those that a call names, in either of the two ways. @throws AwsError for what is something else */
export function readTargetGroups(params: Params): string[] {
  const sources = params.structures('TrafficSources.member').map((one) => one.required('Identifier'));
  const arns = [...new Set([...params.list('TargetGroupARNs.member'), ...sources])];
  const strange = arns.find((arn) => !/^arn:[\w-]+:elasticloadbalancing:.+:targetgroup\/.+/.test(arn));
  if (strange === undefined) return arns;
  throw new AwsError('ValidationError', `${strange} is not the ARN of a target group.`);
}

/** AttachLoadBalancerTargetGroups and AttachTrafficSources. */
export function attachTargetGroups(world: World, call: Ec2Call): XmlElement {
  const group = groupOf(world, call);
  const attached = [...new Set([...group.targetGroups, ...readTargetGroups(call.params)])];
  world.autoScaling.change(keyOfGroup(group), { targetGroups: attached });
  return NOTHING;
}

/** DetachLoadBalancerTargetGroups and DetachTrafficSources. */
export function detachTargetGroups(world: World, call: Ec2Call): XmlElement {
  const group = groupOf(world, call);
  const detached = readTargetGroups(call.params);
  const targetGroups = group.targetGroups.filter((one) => !detached.includes(one));
  world.autoScaling.change(keyOfGroup(group), { targetGroups });
  return NOTHING;
}

/** DescribeTargetHealth; undefined for a target group of no Auto Scaling group. */
export function describeTargetHealth(world: World, { region, params }: Ec2Call): XmlElement | undefined {
  const arn = params.required('TargetGroupArn');
  const groups = [...world.autoScaling.groups.values()].filter(
    (group) => group.region === region && group.targetGroups.includes(arn),
  );
  if (groups.length === 0) return undefined;
  const targets = groups.flatMap((group) =>
    group.machine.members.flatMap((member) => encodeTarget(group, member) ?? []),
  );
  return { TargetHealthDescriptions: targets };
}

/** Nothing of what is not registered yet, or not in service any more. */
function encodeTarget({ launched, sick }: Group, { id, state, health }: Member): XmlElement | undefined {
  const instanceId = launched.get(id)?.instanceId;
  if (instanceId === undefined || state === 'Pending' || state === 'Standby') return undefined;
  const reason = sick.get(id)?.reason ?? (health === 'Unhealthy' ? 'Health checks failed' : undefined);
  return {
    Target: { Id: instanceId, Port: 80 },
    HealthCheckPort: '80',
    TargetHealth: state === 'Terminating' ? DRAINING : healthOf(reason),
  };
}

const DRAINING: XmlElement = {
  State: 'draining',
  Reason: 'Target.DeregistrationInProgress',
  Description: 'Target deregistration is in progress',
};

/** AWS's reason code goes with its words. */
function healthOf(reason: string | undefined): XmlElement {
  if (reason === undefined) return { State: 'healthy' };
  const Reason = /codes/.test(reason) ? 'Target.ResponseCodeMismatch' : 'Target.FailedHealthChecks';
  return { State: 'unhealthy', Reason, Description: reason };
}

/** What is sick in its target groups is so to a group that heeds load balancers, once its grace period is over. */
export function isGivenUp(
  { sick, healthCheckType, healthCheckGraceSeconds }: Group,
  { id, state, health }: Member,
  nowSeconds: number,
): boolean {
  const since = sick.get(id)?.sinceSeconds;
  if (since === undefined || state !== 'InService' || health === 'Unhealthy') return false;
  return /\bELB\b/.test(healthCheckType) && nowSeconds >= since + healthCheckGraceSeconds;
}
