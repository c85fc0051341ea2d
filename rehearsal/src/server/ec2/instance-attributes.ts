/** DescribeInstanceAttribute, ModifyInstanceAttribute. */

import { AwsError } from '../aws-error.ts';
import { change, type Instance } from '../state/model.ts';
import { byId } from '../state/resources.ts';
import type { Params } from '../wire/params.ts';
import type { XmlElement } from '../wire/xml.ts';
import { DONE, type Ec2Call, type World } from './action.ts';
import { readShutdownBehavior } from './launch-request.ts';
import { Surroundings } from './surroundings.ts';

const DESCRIBED: Readonly<Record<string, (instance: Instance) => XmlElement>> = {
  disableApiTermination: ({ terminationProtected: value }) => ({ disableApiTermination: { value } }),
  ebsOptimized: ({ ebsOptimized: value }) => ({ ebsOptimized: { value } }),
  enaSupport: ({ enaSupport: value }) => ({ enaSupport: { value } }),
  groupSet: ({ securityGroups }) => ({ groupSet: securityGroups.map(({ id }) => ({ groupId: id })) }),
  instanceInitiatedShutdownBehavior: ({ shutdownBehavior: value }) => ({
    instanceInitiatedShutdownBehavior: { value },
  }),
  instanceType: ({ instanceType: value }) => ({ instanceType: { value } }),
  rootDeviceName: ({ rootDeviceName: value }) => ({ rootDeviceName: { value } }),
  userData: ({ userData }) => ({ userData: userData === undefined ? {} : { value: userData } }),
};

export function describeInstanceAttribute(world: World, { region, params }: Ec2Call): XmlElement {
  const instance = byId(world.state.instances, 'i', region, params.required('InstanceId'));
  const attribute = params.required('Attribute');
  const describe = Object.hasOwn(DESCRIBED, attribute) ? DESCRIBED[attribute] : undefined;
  if (describe !== undefined) return { instanceId: instance.id, ...describe(instance) };
  throw new AwsError('InvalidParameterValue', `Value (${attribute}) for parameter attribute is invalid.`);
}

export async function modifyInstanceAttribute(
  world: World,
  { region, params }: Ec2Call,
): Promise<XmlElement> {
  const instance = byId(world.state.instances, 'i', region, params.required('InstanceId'));
  const changes = {
    ...readChanges(params),
    ...readStoppedChanges(params, instance),
    ...(await readGroups(world, instance, params)),
  };
  if (Object.keys(changes).length === 0) {
    throw new AwsError('InvalidParameterCombination', 'No attributes specified that the rehearsal knows.');
  }
  change(world.state.instances, instance.id, changes);
  if ('securityGroups' in changes) await world.instanceLife.confine(instance.id);
  return DONE;
}

/** The attribute's new value, in either of the two ways of saying it. */
function attributeValue(params: Params, name: string): string | undefined {
  const attribute = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  return params.text('Attribute') === attribute ? params.text('Value') : params.text(`${name}.Value`);
}

function readChanges(params: Params): Partial<Instance> {
  const behavior = attributeValue(params, 'InstanceInitiatedShutdownBehavior');
  const guarded = attributeValue(params, 'DisableApiTermination');
  return {
    ...(behavior === undefined ? {} : { shutdownBehavior: readShutdownBehavior(behavior) }),
    ...(guarded === undefined ? {} : { terminationProtected: guarded === 'true' }),
  };
}

/** What only changes while the instance is stopped. */
function readStoppedChanges(params: Params, instance: Instance): Partial<Instance> {
  const instanceType = attributeValue(params, 'InstanceType');
  const ena = attributeValue(params, 'EnaSupport');
  const userData = attributeValue(params, 'UserData');
  const sriov = attributeValue(params, 'SriovNetSupport');
  const asked = [instanceType, ena, userData, sriov].some((value) => value !== undefined);
  if (asked && instance.state !== 'stopped') {
    throw new AwsError(
      'IncorrectInstanceState',
      `The instance '${instance.id}' is not in the 'stopped' state.`,
    );
  }
  return {
    ...(instanceType === undefined ? {} : { instanceType }),
    ...(ena === undefined ? {} : { enaSupport: ena === 'true' }),
    ...(userData === undefined ? {} : { userData }),
    // Containers have no network card to enhance: taken without effect.
    ...(sriov === undefined ? {} : { enaSupport: instance.enaSupport }),
  };
}

async function readGroups(world: World, instance: Instance, params: Params): Promise<Partial<Instance>> {
  const ids = params.list('GroupId');
  if (ids.length === 0) return {};
  const around = new Surroundings(world.moto, instance.region);
  return { securityGroups: await around.securityGroups(ids, instance.vpcId) };
}
