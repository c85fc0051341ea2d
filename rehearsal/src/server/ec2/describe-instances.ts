/** DescribeInstances, DescribeInstanceStatus, GetConsoleOutput. */

import type { Instance, State } from '../state/model.ts';
import { byId } from '../state/resources.ts';
import type { Params } from '../wire/params.ts';
import type { XmlElement } from '../wire/xml.ts';
import type { Ec2Call, World } from './action.ts';
import { applyFilters, type FilterFields, present, readFilters } from './filters.ts';
import { encodeReservation, encodeState, publicAddress } from './instance-encoding.ts';
import { pageOf } from './paging.ts';

const FIELDS: FilterFields<Instance> = {
  architecture: (instance) => [instance.architecture],
  'availability-zone': (instance) => [instance.availabilityZone],
  'client-token': (instance) => present(instance.clientToken),
  'iam-instance-profile.arn': (instance) => present(instance.profile?.arn),
  'iam-instance-profile.id': (instance) => present(instance.profile?.id),
  'image-id': (instance) => [instance.imageId],
  'instance-id': (instance) => [instance.id],
  'instance-state-code': (instance) => present(encodeState(instance.state).code?.toString()),
  'instance-state-name': (instance) => [instance.state],
  'instance-type': (instance) => [instance.instanceType],
  'instance.group-id': (instance) => instance.securityGroups.map(({ id }) => id),
  'instance.group-name': (instance) => instance.securityGroups.map(({ name }) => name),
  'ip-address': (instance) => present(publicAddress(instance)),
  'key-name': (instance) => present(instance.key?.name),
  'launch-time': (instance) => [instance.launchTime.toISOString()],
  'metadata-options.http-tokens': (instance) => [instance.metadataOptions.tokens],
  'private-ip-address': (instance) => [instance.address],
  'reservation-id': (instance) => [instance.reservationId],
  'root-device-name': (instance) => [instance.rootDeviceName],
  'root-device-type': () => ['ebs'],
  'subnet-id': (instance) => [instance.subnetId],
  'virtualization-type': () => ['hvm'],
  'vpc-id': (instance) => [instance.vpcId],
};

const REMEMBERED_MILLISECONDS = 3_600_000;

/** Terminated instances stay described for an hour. */
function forgetOld(state: State, now: Date): void {
  for (const { id, terminatedAt } of state.instances.values()) {
    const age = terminatedAt === undefined ? 0 : now.getTime() - terminatedAt.getTime();
    if (age > REMEMBERED_MILLISECONDS) state.instances.delete(id);
  }
}

function find(world: World, region: string, params: Params): readonly Instance[] {
  forgetOld(world.state, world.now());
  const { instances } = world.state;
  const ids = params.list('InstanceId');
  const found =
    ids.length > 0
      ? ids.map((id) => byId(instances, 'i', region, id))
      : [...instances.values()].filter((instance) => instance.region === region);
  return applyFilters(found, readFilters(params), FIELDS);
}

export function describeInstances(world: World, { region, params }: Ec2Call): XmlElement {
  const { records, nextToken } = pageOf(find(world, region, params), params);
  const reservations = Map.groupBy(records, ({ reservationId }) => reservationId);
  return {
    reservationSet: [...reservations.values()].map((instances) => encodeReservation(world, instances)),
    nextToken,
  };
}

/** Status checks of an instance that runs are passed at once. */
export function describeInstanceStatus(world: World, { region, params }: Ec2Call): XmlElement {
  const all = params.flag('IncludeAllInstances') ?? false;
  const shown = find(world, region, params).filter(({ state }) => all || state === 'running');
  const { records, nextToken } = pageOf(shown, params);
  return { instanceStatusSet: records.map(encodeStatus), nextToken };
}

function encodeStatus(instance: Instance): XmlElement {
  const runs = instance.state === 'running';
  const check = {
    status: runs ? 'ok' : 'not-applicable',
    details: runs ? [{ name: 'reachability', status: 'passed' }] : [],
  };
  return {
    instanceId: instance.id,
    availabilityZone: instance.availabilityZone,
    instanceState: encodeState(instance.state),
    systemStatus: check,
    instanceStatus: check,
  };
}

/** A container has no console: its output is always empty. */
export function getConsoleOutput(world: World, { region, params }: Ec2Call): XmlElement {
  const { id } = byId(world.state.instances, 'i', region, params.required('InstanceId'));
  return { instanceId: id, timestamp: world.now(), output: '' };
}
