/** What SSM answers, as plain data. Pure. */

import type { Command, CommandInvocation, InstanceInformation } from '@aws-sdk/client-ssm';
import type { Invocation, InvocationState, ManagedInstance, SentCommand } from './ssm-model.ts';

export function readManaged(information: InstanceInformation): ManagedInstance {
  const { InstanceId = '', PingStatus, LastPingDateTime, PlatformName = '' } = information;
  return {
    id: InstanceId,
    online: PingStatus === 'Online',
    lastSeenAt: LastPingDateTime?.toISOString(),
    platform: PlatformName,
  };
}

export function readInvocation(invocation: CommandInvocation): Invocation {
  const { InstanceId = '', Status = '', StatusDetails = '', CommandPlugins = [] } = invocation;
  return {
    instanceId: InstanceId,
    state: stateOf(Status, StatusDetails),
    details: StatusDetails,
    steps: CommandPlugins.map(({ Name = '', ResponseCode = -1, Output = '' }) => ({
      ...{ name: Name, exitCode: ResponseCode, output: Output },
    })),
  };
}

export function readSent(command: Command): SentCommand {
  const { CommandId, DocumentName, Comment, RequestedDateTime, InstanceIds } = command;
  return {
    id: CommandId ?? '',
    document: DocumentName ?? '',
    comment: Comment ?? '',
    instanceIds: InstanceIds ?? [],
    sentAtSeconds: (RequestedDateTime?.getTime() ?? 0) / 1000,
  };
}

const STATES: ReadonlyMap<string, InvocationState> = new Map([
  ['Pending', 'waiting'],
  ['Delayed', 'waiting'],
  ['InProgress', 'running'],
  ['Cancelling', 'running'],
  ['Success', 'done'],
  ['Cancelled', 'cancelled'],
]);

/** SSM's details are words with and without spaces. */
export function stateOf(status: string, details: string): InvocationState {
  const state = STATES.get(status);
  if (state !== undefined) return state;
  const word = details.replaceAll(' ', '');
  return word === 'DeliveryTimedOut' || word === 'Undeliverable' ? 'not-delivered' : 'failed';
}
