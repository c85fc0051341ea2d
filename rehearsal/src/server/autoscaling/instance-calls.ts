/** Calls about single instances of groups. */

import { isRunning } from '../../../../src/rollout/refresh/members.ts';
import type { Event } from '../../../../src/rollout/refresh/state.ts';
import type { Ec2Call } from '../ec2/action.ts';
import type { XmlElement } from '../wire/xml.ts';
import { invalid } from './configuration.ts';
import type { Group } from './model.ts';
import { keyOfGroup } from './model.ts';
import { groupOf, type WorldOfGroups } from './world.ts';

const NOTHING: XmlElement = {};

export function setInstanceProtection(world: WorldOfGroups, call: Ec2Call): XmlElement {
  const group = groupOf(world, call);
  const isOn = call.params.flag('ProtectedFromScaleIn') ?? false;
  for (const name of namesOf(group, call)) tell(world, group, { kind: 'protection', instance: name, isOn });
  return NOTHING;
}

/** Instances in standby do not count to the capacity: it is lowered with them, or others are launched. */
export function enterStandby(world: WorldOfGroups, call: Ec2Call): XmlElement {
  const lowers = call.params.flag('ShouldDecrementDesiredCapacity') ?? false;
  return changeStandby(world, call, true, lowers ? -1 : 0);
}

export function exitStandby(world: WorldOfGroups, call: Ec2Call): XmlElement {
  return changeStandby(world, call, false, 1);
}

function changeStandby(world: WorldOfGroups, call: Ec2Call, isOn: boolean, step: number): XmlElement {
  const group = groupOf(world, call);
  let desiredCapacity = group.machine.desiredCapacity;
  for (const name of namesOf(group, call)) {
    desiredCapacity += step;
    tell(world, group, { kind: 'standby', instance: name, isOn, desiredCapacity });
  }
  return { Activities: [] };
}

export function setInstanceHealth(world: WorldOfGroups, call: Ec2Call): XmlElement {
  const id = call.params.required('InstanceId');
  const health = call.params.required('HealthStatus');
  if (health !== 'Healthy' && health !== 'Unhealthy') throw invalid(`Invalid health status ${health}`);
  const [group, name] = holderOf(world, call.region, id);
  tell(world, group, { kind: 'health', instance: name, health });
  return NOTHING;
}

export function terminateInstance(world: WorldOfGroups, call: Ec2Call): XmlElement {
  const id = call.params.required('InstanceId');
  const [group] = holderOf(world, call.region, id);
  const { desiredCapacity } = group.machine;
  if (call.params.flag('ShouldDecrementDesiredCapacity') === true) {
    if (desiredCapacity <= group.minimumSize) throw invalid('Currently, desiredSize equals minSize.');
    tell(world, group, { kind: 'capacity', desired: desiredCapacity - 1 });
  }
  world.instanceLife.terminate(id);
  return {};
}

function tell(world: WorldOfGroups, group: Group, event: Event): void {
  world.autoScaling.tell(world, keyOfGroup(group), event);
}

/** The machine's names of the instances that a call lists. */
function namesOf(group: Group, { params }: Ec2Call): string[] {
  return params.list('InstanceIds.member').map((id) => {
    const name = nameIn(group, id);
    if (name !== undefined) return name;
    throw invalid(`The instance ${id} is not part of Auto Scaling group ${group.name}.`);
  });
}

function holderOf(world: WorldOfGroups, region: string, id: string): readonly [Group, string] {
  for (const group of world.autoScaling.groups.values()) {
    const name = group.region === region ? nameIn(group, id) : undefined;
    if (name !== undefined) return [group, name];
  }
  throw invalid(`Instance Id not found - No managed instance found for instance ID: ${id}`);
}

function nameIn({ launched, machine }: Group, id: string): string | undefined {
  const [name] = [...launched].find(([, { instanceId }]) => instanceId === id) ?? [];
  const member = machine.members.find((one) => one.id === name);
  return member !== undefined && (isRunning(member) || member.state === 'Standby') ? name : undefined;
}
