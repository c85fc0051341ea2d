/**
 * The door to SSM's commands: a document, run as root on instances, without an open port. `aws.commands` is one:
 *
 *     const known = await aws.commands.managed(instanceIds);           // who can be reached, and why not
 *     const id = await aws.commands.send({
 *       instanceIds: known.flatMap((one) => (one.online ? one.id : [])), // at most 50, and none that SSM doesn't know
 *       document: { name: 'AWS-RunShellScript' },
 *       parameters: { commands: ['bake-notifier status --json'] },
 *     });
 *     const all = await aws.commands.invocations(id);                  // until none is `waiting` or `running`
 *     const { stdout } = await aws.commands.output(id, instanceId, 'runShellScript');
 *
 * `runCommand` of src/instances/run-command.ts does all of this for any number of instances, and waits. SSM cuts
 * an output at 24,000 characters: what may be longer names an S3 place in `outputTo`, and is read from there.
 */

import type { SSMClient, SSMClientConfig } from '@aws-sdk/client-ssm';
import { explained } from './aws-errors.ts';
import { lazily } from './lazily.ts';
import { document, install, removeOtherVersions } from './ssm-documents.ts';
import type {
  CommandRequest,
  Commands,
  Invocation,
  ManagedInstance,
  SentCommand,
  StepOutput,
} from './ssm-model.ts';
import { readInvocation, readManaged, readSent } from './ssm-read.ts';

/** SSM limits the rate of calls as soon as fleets are large; a push outlives that. */
const ATTEMPTS = 10;
/** What SendCommand and a filter of DescribeInstanceInformation take. */
export const INSTANCES_A_CALL = 50;

export function openCommands(connection: SSMClientConfig): Commands {
  const client = lazily(async () => {
    const { SSMClient } = await import('@aws-sdk/client-ssm');
    return new SSMClient({ ...connection, maxAttempts: ATTEMPTS });
  });
  return {
    managed: async (instanceIds) => managed(await client(), instanceIds),
    document: async (name) => document(await client(), name),
    send: async (request) => send(await client(), request),
    invocations: async (commandId) => invocations(await client(), commandId),
    output: async (...of) => output(await client(), ...of),
    cancel: async (commandId) => {
      const { CancelCommandCommand: Command } = await import('@aws-sdk/client-ssm');
      const ssm = await client();
      await explained('ssm:CancelCommand', () => ssm.send(new Command({ CommandId: commandId })));
    },
    history: async (prefix, since) => history(await client(), prefix, since),
    install: async (name, content) => install(await client(), name, content),
    removeOtherVersions: async (name) => removeOtherVersions(await client(), name),
  };
}

async function managed(client: SSMClient, instanceIds: readonly string[]): Promise<ManagedInstance[]> {
  const { paginateDescribeInstanceInformation: paginate } = await import('@aws-sdk/client-ssm');
  const found: ManagedInstance[] = [];
  for (let from = 0; from < instanceIds.length; from += INSTANCES_A_CALL) {
    const Values = instanceIds.slice(from, from + INSTANCES_A_CALL);
    await explained('ssm:DescribeInstanceInformation', async () => {
      const pages = paginate({ client, pageSize: 50 }, { Filters: [{ Key: 'InstanceIds', Values }] });
      for await (const page of pages) found.push(...(page.InstanceInformationList ?? []).map(readManaged));
    });
  }
  return found;
}

async function send(client: SSMClient, request: CommandRequest): Promise<string> {
  const { SendCommandCommand } = await import('@aws-sdk/client-ssm');
  const { document: wanted, parameters, outputTo } = request;
  const answer = await explained('ssm:SendCommand', () =>
    client.send(
      new SendCommandCommand({
        InstanceIds: [...request.instanceIds],
        DocumentName: wanted.name,
        ...(wanted.sha256 === undefined ? {} : { DocumentHash: wanted.sha256, DocumentHashType: 'Sha256' }),
        Parameters: Object.fromEntries(Object.entries(parameters).map(([name, all]) => [name, [...all]])),
        Comment: request.comment,
        TimeoutSeconds: request.deliverySeconds,
        MaxConcurrency: request.maxConcurrency?.toString(),
        MaxErrors: request.maxErrors?.toString(),
        OutputS3BucketName: outputTo?.bucket,
        OutputS3KeyPrefix: outputTo?.prefix,
      }),
    ),
  );
  return answer.Command?.CommandId ?? '';
}

async function invocations(client: SSMClient, commandId: string): Promise<Invocation[]> {
  const { paginateListCommandInvocations: paginate } = await import('@aws-sdk/client-ssm');
  return explained('ssm:ListCommandInvocations', async () => {
    const found: Invocation[] = [];
    const pages = paginate({ client, pageSize: 50 }, { CommandId: commandId, Details: true });
    for await (const page of pages) found.push(...(page.CommandInvocations ?? []).map(readInvocation));
    return found;
  });
}

async function output(
  client: SSMClient,
  commandId: string,
  instanceId: string,
  step: string,
): Promise<StepOutput> {
  const { GetCommandInvocationCommand: Command } = await import('@aws-sdk/client-ssm');
  const answer = await explained('ssm:GetCommandInvocation', () =>
    client.send(new Command({ CommandId: commandId, InstanceId: instanceId, PluginName: step })),
  );
  const [, bucket, key] = /^https:\/\/s3[^/]*\/([^/]+)\/(.+)$/.exec(answer.StandardOutputUrl ?? '') ?? [];
  return {
    stdout: answer.StandardOutputContent ?? '',
    stderr: answer.StandardErrorContent ?? '',
    exitCode: answer.ResponseCode ?? -1,
    stdoutAt: bucket === undefined || key === undefined ? undefined : { bucket, key },
  };
}

async function history(client: SSMClient, prefix: string, since: Date): Promise<SentCommand[]> {
  const { paginateListCommands: paginate } = await import('@aws-sdk/client-ssm');
  // SSM takes no milliseconds.
  const InvokedAfter = `${since.toISOString().slice(0, 19)}Z`;
  return explained('ssm:ListCommands', async () => {
    const found: SentCommand[] = [];
    const pages = paginate(
      { client, pageSize: 50 },
      { Filters: [{ key: 'InvokedAfter', value: InvokedAfter }] },
    );
    for await (const page of pages) found.push(...(page.Commands ?? []).map(readSent));
    return found.filter(({ document: name }) => name.startsWith(prefix));
  });
}
