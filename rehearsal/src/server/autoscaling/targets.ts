/** Load balancers' target groups, as far as groups have them: what is attached, and what is healthy in them. */

import { AwsError } from '../aws-error.ts';
import type { Ec2Call } from '../ec2/action.ts';
import type { Params } from '../wire/params.ts';
import type { XmlElement } from '../wire/xml.ts';
import { keyOfGroup } from './model.ts';
import { encodeTarget } from './target-health.ts';
import { groupOf, type WorldOfGroups } from './world.ts';

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
export function attachTargetGroups(world: WorldOfGroups, call: Ec2Call): XmlElement {
  const group = groupOf(world, call);
  const attached = [...new Set([...group.targetGroups, ...readTargetGroups(call.params)])];
  world.autoScaling.change(keyOfGroup(group), { targetGroups: attached });
  return NOTHING;
}

/** DetachLoadBalancerTargetGroups and DetachTrafficSources. */
export function detachTargetGroups(world: WorldOfGroups, call: Ec2Call): XmlElement {
  const group = groupOf(world, call);
  const detached = readTargetGroups(call.params);
  const targetGroups = group.targetGroups.filter((one) => !detached.includes(one));
  world.autoScaling.change(keyOfGroup(group), { targetGroups });
  return NOTHING;
}

/** DescribeTargetHealth; undefined for a target group of no Auto Scaling group. */
export function describeTargetHealth(
  world: WorldOfGroups,
  { region, params }: Ec2Call,
): XmlElement | undefined {
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
