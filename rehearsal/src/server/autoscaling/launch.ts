/** Launches one instance of a group, as RunInstances would. */

import type { Configuration } from '../../../../src/rollout/model.ts';
import { AwsError } from '../aws-error.ts';
import type { World } from '../ec2/action.ts';
import { launchAll } from '../ec2/run-instances.ts';
import { change } from '../state/model.ts';
import { Params } from '../wire/params.ts';
import { resolved } from './configuration.ts';
import type { Group, Launched } from './model.ts';

/** @throws AwsError as EC2 refuses the launch, or as a fault says that it fails */
export async function launchInstance(
  world: World,
  group: Group,
  configuration: Configuration,
  sequence: number,
): Promise<Launched> {
  const fault = world.faults.take('autoscaling:Launch', 'fail');
  if (fault !== undefined) throw new AwsError('LaunchFailed', fault.reason);
  const { data, instanceType, imageId } = resolved(world, group.region, configuration);
  const place = placeOf(group, sequence);
  const values = new Map([
    ...data,
    ['ImageId', imageId],
    ['InstanceType', instanceType],
    ['MinCount', '1'],
    ['MaxCount', '1'],
    ...place,
  ]);
  const [instanceId = ''] = await launchAll(world, { region: group.region, params: new Params(values) });
  const instance = world.state.instances.get(instanceId);
  if (instance === undefined) throw new Error(`${instanceId} was not launched`);
  change(world.state.instances, instanceId, { tags: new Map([...instance.tags, ...tagsOf(group)]) });
  return { instanceId, instanceType, availabilityZone: instance.availabilityZone };
}

/** Subnets, or zones, in turn. */
function placeOf({ subnets, zones }: Group, sequence: number): ReadonlyArray<readonly [string, string]> {
  const subnet = subnets[sequence % subnets.length];
  if (subnet !== undefined) return [['SubnetId', subnet]];
  const zone = zones[sequence % zones.length];
  return zone === undefined ? [] : [['Placement.AvailabilityZone', zone]];
}

function tagsOf({ name, tags }: Group): ReadonlyArray<readonly [string, string]> {
  const propagated = tags
    .filter(({ propagates }) => propagates)
    .map(({ key, value }) => [key, value] as const);
  return [['aws:autoscaling:groupName', name], ...propagated];
}
