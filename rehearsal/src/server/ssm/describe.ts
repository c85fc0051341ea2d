/** ListCommands, ListCommandInvocations, GetCommandInvocation. */

import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { World } from '../ec2/action.ts';
import { PAGING, pageOf, read, type SsmCall, seconds } from './call.ts';
import { cut, errorsOf, LISTED_CHARACTERS, OUTPUT_CHARACTERS } from './limits.ts';
import { type Command, FAILED, hasEnded, IN_PROGRESS, type Invocation, type StepResult } from './model.ts';

const LIST = z.strictObject({
  ...PAGING,
  CommandId: z.string().optional(),
  InstanceId: z.string().optional(),
  Details: z.boolean().default(false),
  Filters: z.array(z.strictObject({ key: z.literal('InvokedAfter'), value: z.iso.datetime() })).default([]),
});

export function listCommands({ commands }: World, call: SsmCall): object {
  const { CommandId, InstanceId, Filters, MaxResults, NextToken } = read(LIST, call);
  const found = commands
    .list(call.region)
    .filter(({ id }) => CommandId === undefined || id === CommandId)
    .filter(({ instanceIds }) => InstanceId === undefined || instanceIds.includes(InstanceId))
    .filter(({ requestedAt }) => Filters.every(({ value }) => requestedAt >= new Date(value)));
  const { page, next } = pageOf(found, { MaxResults, NextToken });
  return { Commands: page.map(describeCommand), ...next };
}

export function listInvocations({ commands }: World, call: SsmCall): object {
  const { CommandId, InstanceId, Details, MaxResults, NextToken } = read(LIST, call);
  const found = commands
    .list(call.region)
    .filter(({ id }) => CommandId === undefined || id === CommandId)
    .flatMap((command) =>
      [...command.invocations.values()]
        .filter(({ instanceId }) => InstanceId === undefined || instanceId === InstanceId)
        .map((invocation) => ({ command, invocation })),
    );
  const { page, next } = pageOf(found, { MaxResults, NextToken });
  return {
    CommandInvocations: page.map(({ command, invocation }) => ({
      ...describeInvocation(command, invocation),
      CommandPlugins: Details ? invocation.steps.map((step) => describePlugin(call.region, step)) : [],
    })),
    ...next,
  };
}

const GET = z.strictObject({
  CommandId: z.string(),
  InstanceId: z.string(),
  PluginName: z.string().optional(),
});

/** Of a document with several steps, one has to be named. */
export function getInvocation({ commands }: World, call: SsmCall): object {
  const { CommandId, InstanceId, PluginName } = read(GET, call);
  const command = commands.get(call.region, CommandId);
  const invocation = command?.invocations.get(InstanceId);
  if (command === undefined || invocation === undefined) {
    throw new AwsError('InvocationDoesNotExist', 'There is no such command on this instance.');
  }
  const { steps } = invocation;
  const step = PluginName === undefined ? steps[0] : steps.find(({ name }) => name === PluginName);
  if (PluginName === undefined ? steps.length > 1 : step === undefined && hasEnded(invocation.standing)) {
    throw new AwsError('InvalidPluginName', 'The plugin name is not valid: name a step of the document.');
  }
  const { standing = invocation.standing } = step ?? {};
  const base = describeInvocation(command, { ...invocation, standing });
  return { ...base, PluginName: step?.name ?? '', ...outputs(call.region, step, OUTPUT_CHARACTERS) };
}

export function describeCommand(command: Command): object {
  const invocations = [...command.invocations.values()];
  const ended = invocations.filter(({ standing }) => hasEnded(standing));
  const errors = ended.filter(({ standing }) => ['Failed', 'TimedOut'].includes(standing.status));
  return {
    CommandId: command.id,
    DocumentName: command.document.name,
    DocumentVersion: command.document.version,
    Comment: command.comment,
    Parameters: command.parameters,
    InstanceIds: command.targets.length === 0 ? command.instanceIds : [],
    Targets: command.targets,
    RequestedDateTime: seconds(command.requestedAt),
    ExpiresAfter: seconds(command.requestedAt) + command.deliverySeconds,
    TimeoutSeconds: command.deliverySeconds,
    MaxConcurrency: command.maxConcurrency,
    MaxErrors: command.maxErrors,
    TargetCount: invocations.length,
    CompletedCount: ended.length,
    ErrorCount: errors.length,
    DeliveryTimedOutCount: errors.filter(({ standing }) => standing.details === 'Delivery Timed Out').length,
    ...worded(standingOf(command, { ended: ended.length, errors: errors.length })),
  };
}

function standingOf(command: Command, { ended, errors }: { ended: number; errors: number }) {
  const invocations = [...command.invocations.values()];
  if (ended < invocations.length) return IN_PROGRESS;
  if (errors > errorsOf(command.maxErrors, invocations.length)) return FAILED;
  if (errors > 0) return { ...FAILED, details: 'Incomplete' };
  return (
    invocations.find(({ standing }) => standing.status === 'Cancelled')?.standing ?? {
      ...{ status: 'Success', details: 'Success' },
    }
  );
}

function worded({ status, details }: { readonly status: string; readonly details: string }) {
  return { Status: status, StatusDetails: details };
}

function describeInvocation(command: Command, { instanceId, standing, steps }: Invocation): object {
  const [first] = steps;
  return {
    CommandId: command.id,
    InstanceId: instanceId,
    InstanceName: '',
    Comment: command.comment,
    DocumentName: command.document.name,
    DocumentVersion: command.document.version,
    RequestedDateTime: seconds(command.requestedAt),
    ExecutionStartDateTime: first?.startedAt.toISOString() ?? '',
    ...worded(standing),
  };
}

function describePlugin(region: string, step: StepResult): object {
  const { StandardOutputContent, StandardErrorContent, ...rest } = outputs(region, step, LISTED_CHARACTERS);
  const { output } = step;
  return {
    Name: step.name,
    ...worded(step.standing),
    ...rest,
    ResponseStartDateTime: seconds(step.startedAt),
    ResponseFinishDateTime: seconds(step.endedAt),
    Output:
      StandardErrorContent === ''
        ? StandardOutputContent
        : `${StandardOutputContent}\n----------ERROR-------\n${StandardErrorContent}`,
    ...(output === undefined ? {} : { OutputS3BucketName: output.bucket, OutputS3KeyPrefix: output.prefix }),
  };
}

function outputs(region: string, step: StepResult | undefined, characters: number) {
  const url = (stream: string) =>
    step?.output === undefined
      ? ''
      : `https://s3.${region}.amazonaws.com/${step.output.bucket}/${step.output.prefix}/${stream}`;
  return {
    ResponseCode: step?.responseCode ?? -1,
    StandardOutputContent: cut(step?.stdout ?? '', characters),
    StandardErrorContent: cut(step?.stderr ?? '', characters),
    StandardOutputUrl: url('stdout'),
    StandardErrorUrl: url('stderr'),
  };
}
