/** What an action of Auto Scaling gets: groups, on everything else. */

import type { Ec2Call, World } from '../ec2/action.ts';
import type { XmlElement } from '../wire/xml.ts';
import { invalid } from './configuration.ts';
import type { AutoScaling } from './engine.ts';
import { type Group, keyOf } from './model.ts';

export interface WorldOfGroups extends World {
  readonly autoScaling: AutoScaling;
}

/** The same as an action of EC2 otherwise. @throws AwsError */
export type GroupAction = (world: WorldOfGroups, call: Ec2Call) => XmlElement | Promise<XmlElement>;

/** The group that a call names. @throws AwsError ValidationError */
export function groupOf(world: WorldOfGroups, { region, params }: Ec2Call): Group {
  const name = params.required('AutoScalingGroupName');
  const group = world.autoScaling.groups.get(keyOf(region, name));
  if (group !== undefined) return group;
  throw invalid(`AutoScalingGroup name not found - AutoScalingGroup ${name} not found`);
}
