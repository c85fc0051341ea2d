/** RunInstances. */

import { AwsError } from '../aws-error.ts';
import { newId } from '../state/ids.ts';
import type { Instance } from '../state/model.ts';
import type { XmlElement } from '../wire/xml.ts';
import type { Ec2Call, World } from './action.ts';
import { encodeReservation } from './instance-encoding.ts';
import { type LaunchRequest, readLaunchRequest } from './launch-request.ts';

/** The same client token means the same launch, made once. */
export async function runInstances(world: World, call: Ec2Call): Promise<XmlElement> {
  const token = call.params.text('ClientToken');
  if (token === undefined) return describe(world, await launchAll(world, call));
  const key = `${call.region} ${token}`;
  const launches = world.launches.get(key) ?? launchAll(world, call);
  world.launches.set(key, launches);
  try {
    return describe(world, await launches);
  } catch (error) {
    world.launches.delete(key);
    throw error;
  }
}

function describe(world: World, ids: readonly string[]): XmlElement {
  const instances = ids.flatMap((id) => world.state.instances.get(id) ?? []);
  return encodeReservation(world, instances);
}

/** Launches what a call asks for, and returns the ids. @throws AwsError */
export async function launchAll(world: World, call: Ec2Call): Promise<readonly string[]> {
  const request = await readLaunchRequest(world, call, newId('r'));
  const ids = Array.from({ length: request.count }, () => newId('i'));
  const addresses = await reserveAll(world, ids);
  const failure = world.faults.take('ec2:RunInstances', 'fail')?.reason;
  for (const [launchIndex, reserved] of addresses.entries()) {
    record(world, request, {
      ...request.template,
      ...reserved,
      launchIndex,
      networkInterfaceId: newId('eni'),
    });
    world.instanceLife.launch(reserved.id, request.template.disk, failure);
  }
  return ids;
}

function record(world: World, request: LaunchRequest, instance: Instance): void {
  const { id, region, availabilityZone, launchTime, networkInterfaceId } = instance;
  const { instances, networkInterfaces, volumes } = world.state;
  instances.set(id, instance);
  networkInterfaces.set(networkInterfaceId, {
    id: networkInterfaceId,
    region,
    instanceId: id,
    tags: request.networkInterfaceTags,
  });
  for (const device of request.devices) {
    const volumeId = newId('vol');
    volumes.set(volumeId, {
      id: volumeId,
      region,
      availabilityZone,
      createTime: launchTime,
      device,
      instanceId: id,
      tags: request.volumeTags,
    });
  }
}

type Addresses = Pick<Instance, 'id' | 'bridgeAddress' | 'address'>;

/** Addresses for all of them, or for none. */
async function reserveAll(world: World, ids: readonly string[]): Promise<readonly Addresses[]> {
  const reserved: Addresses[] = [];
  try {
    for (const id of ids) reserved.push({ id, ...(await world.instanceLife.reserve(id)) });
    return reserved;
  } catch (error) {
    await Promise.all(reserved.map(({ id }) => world.instanceLife.discard(id)));
    const why = error instanceof Error ? error.message : String(error);
    throw new AwsError('InsufficientFreeAddressesInSubnet', why);
  }
}
