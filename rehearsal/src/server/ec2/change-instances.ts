/** StartInstances, StopInstances, RebootInstances, TerminateInstances. */

import { AwsError } from '../aws-error.ts';
import type { Instance, InstanceState } from '../state/model.ts';
import { byId } from '../state/resources.ts';
import type { XmlElement } from '../wire/xml.ts';
import { DONE, type Ec2Action, type Ec2Call, type World } from './action.ts';
import { encodeState } from './instance-encoding.ts';

function asked(world: World, { region, params }: Ec2Call): readonly Instance[] {
  const ids = params.list('InstanceId');
  if (ids.length === 0) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter InstanceId');
  }
  return ids.map((id) => byId(world.state.instances, 'i', region, id));
}

/** All instances must be in a state that the change can start from, or none is changed. */
function changing(
  what: string,
  from: ReadonlySet<InstanceState>,
  act: (world: World, instanceId: string) => void,
): Ec2Action {
  return (world, call) => {
    const instances = asked(world, call);
    for (const { id, state } of instances) {
      if (!from.has(state)) {
        throw new AwsError(
          'IncorrectInstanceState',
          `The instance '${id}' is not in a state from which it can be ${what}.`,
        );
      }
    }
    return { instancesSet: instances.map((instance) => changed(world, instance, act)) };
  };
}

function changed(
  world: World,
  { id, state }: Instance,
  act: (world: World, instanceId: string) => void,
): XmlElement {
  act(world, id);
  const current = world.state.instances.get(id)?.state ?? state;
  return { instanceId: id, currentState: encodeState(current), previousState: encodeState(state) };
}

export const startInstances = changing(
  'started',
  new Set<InstanceState>(['stopped', 'running', 'pending']),
  (world, id) => world.instanceLife.start(id),
);

export const stopInstances = changing(
  'stopped',
  new Set<InstanceState>(['running', 'stopping', 'stopped']),
  (world, id) => world.instanceLife.stop(id),
);

const terminate = changing(
  'terminated',
  new Set<InstanceState>(['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated']),
  (world, id) => world.instanceLife.terminate(id),
);

export const terminateInstances: Ec2Action = (world, call) => {
  const guarded = asked(world, call).find(({ terminationProtected }) => terminationProtected);
  if (guarded === undefined) return terminate(world, call);
  throw new AwsError(
    'OperationNotPermitted',
    `The instance '${guarded.id}' may not be terminated. Modify its 'disableApiTermination' instance ` +
      'attribute and try again.',
  );
};

const reboot = changing('rebooted', new Set<InstanceState>(['running']), (world, id) =>
  world.instanceLife.reboot(id),
);

export const rebootInstances: Ec2Action = async (world, call) => {
  await reboot(world, call);
  return DONE;
};
