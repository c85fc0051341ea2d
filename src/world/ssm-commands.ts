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
import type { ObjectAddress } from './s3.ts';
import { type Document, document, install } from './ssm-documents.ts';
import { readInvocation, readManaged, readSent } from './ssm-read.ts';

/** An instance whose agent has spoken to SSM. One that is missing has no agent, or no role that lets it. */
export interface ManagedInstance {
  readonly id: string;
  readonly online: boolean;
  readonly lastSeenAt: string | undefined;
  /** `Debian GNU/Linux` */
  readonly platform: string;
}

export interface CommandRequest {
  readonly instanceIds: readonly string[];
  /** With its hash, no other content of that name is run. */
  readonly document: { readonly name: string; readonly sha256?: string };
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** Shown in SSM's console and history; 100 characters. */
  readonly comment?: string;
  /** How long an instance may take to fetch it; 30 s at least. */
  readonly deliverySeconds?: number;
  readonly maxConcurrency?: number;
  /** With one more, SSM sends it to no further instance. */
  readonly maxErrors?: number;
  readonly outputTo?: { readonly bucket: string; readonly prefix: string };
}

export type InvocationState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'not-delivered';

export interface Invocation {
  readonly instanceId: string;
  readonly state: InvocationState;
  /** In SSM's own words: `Execution Timed Out`. */
  readonly details: string;
  readonly steps: ReadonlyArray<{
    readonly name: string;
    readonly exitCode: number;
    /** At most 2,500 characters of stdout and stderr. */
    readonly output: string;
  }>;
}

export interface StepOutput {
  /** At most 24,000 characters. Untrusted, like all that a machine says. */
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  /** Where all of it is; undefined without `outputTo`. */
  readonly stdoutAt: ObjectAddress | undefined;
}

export interface Commands {
  managed(instanceIds: readonly string[]): Promise<ManagedInstance[]>;
  /** Its default version; undefined where there is none. */
  document(name: string): Promise<Document | undefined>;
  /** Returns the command's id. @throws Failed with the code `InvalidInstanceId` where SSM doesn't know one */
  send(request: CommandRequest): Promise<string>;
  invocations(commandId: string): Promise<Invocation[]>;
  /** `step`: its name in the document; `runShellScript` in AWS-RunShellScript. */
  output(commandId: string, instanceId: string, step: string): Promise<StepOutput>;
  cancel(commandId: string): Promise<void>;
  /** The commands that were sent since then, with a document whose name begins so. */
  history(documentPrefix: string, since: Date): Promise<SentCommand[]>;
  /** Makes a document, or its next version the one that is run. */
  install(name: string, content: string): Promise<void>;
}

export interface SentCommand {
  readonly id: string;
  readonly document: string;
  readonly comment: string;
  readonly sentAtSeconds: number;
}

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
