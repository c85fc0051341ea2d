/** SendCommand and CancelCommand. */

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { World } from '../ec2/action.ts';
import type { Instance } from '../state/model.ts';
import { read, type SsmCall } from './call.ts';
import { describeCommand } from './describe.ts';
import { bind, parseDocument } from './document.ts';
import { readDocument } from './documents.ts';
import { type Command, PENDING } from './model.ts';

const LIMIT = z.string().regex(/^([1-9]\d{0,6}|0|[1-9]\d?%|0%|100%)$/);

const SEND = z.strictObject({
  DocumentName: z.string(),
  DocumentVersion: z.string().optional(),
  DocumentHash: z.string().optional(),
  DocumentHashType: z.literal('Sha256').optional(),
  InstanceIds: z.array(z.string()).max(50).optional(),
  Targets: z
    .array(z.strictObject({ Key: z.string(), Values: z.array(z.string()).max(50) }))
    .max(5)
    .optional(),
  TimeoutSeconds: z.int().min(30).max(2_592_000).default(3600),
  Comment: z.string().max(100).default(''),
  Parameters: z.record(z.string(), z.array(z.string())).default({}),
  OutputS3Region: z.string().optional(),
  OutputS3BucketName: z.string().min(3).max(63).optional(),
  OutputS3KeyPrefix: z.string().max(500).default(''),
  MaxConcurrency: LIMIT.default('50'),
  MaxErrors: LIMIT.default('0'),
});

export async function sendCommand(world: World, call: SsmCall): Promise<object> {
  const input = read(SEND, call);
  const { content, version, name } = await readDocument(world, call.region, {
    name: input.DocumentName,
    version: input.DocumentVersion,
    hash: input.DocumentHash,
  });
  const steps = bind(parseDocument(content), input.Parameters);
  const instanceIds = targetsOf(world, call.region, input);
  const command: Command = {
    id: randomUUID(),
    region: call.region,
    document: { name, version },
    comment: input.Comment,
    parameters: input.Parameters,
    instanceIds,
    targets: input.Targets ?? [],
    requestedAt: world.now(),
    deliverySeconds: input.TimeoutSeconds,
    maxConcurrency: input.MaxConcurrency,
    maxErrors: input.MaxErrors,
    output:
      input.OutputS3BucketName === undefined
        ? undefined
        : { bucket: input.OutputS3BucketName, prefix: input.OutputS3KeyPrefix },
    invocations: new Map(
      instanceIds.map((instanceId) => [instanceId, { instanceId, standing: PENDING, steps: [] }]),
    ),
  };
  world.commands.start(command, steps);
  return { Command: describeCommand(command) };
}

/** Ids that SSM doesn't know refuse the whole command; tags find what is known and there. */
function targetsOf(
  { state, commands }: World,
  region: string,
  { InstanceIds = [], Targets = [] }: Pick<z.infer<typeof SEND>, 'InstanceIds' | 'Targets'>,
): readonly string[] {
  if (InstanceIds.length > 0 === Targets.length > 0) {
    throw new AwsError('ValidationException', 'Either InstanceIds or Targets has to be given.');
  }
  const known = [...state.instances.values()].filter(
    (instance) => instance.region === region && commands.agents.stateOf(instance) !== 'absent',
  );
  const ids = new Set(known.map(({ id }) => id));
  if (InstanceIds.length > 0) {
    const unknown = InstanceIds.filter((id) => !ids.has(id));
    if (unknown.length === 0) return InstanceIds;
    throw new AwsError('InvalidInstanceId', `Instances [[${unknown.join(', ')}]] not in a valid state`);
  }
  return known
    .filter((instance) => Targets.every((target) => isTarget(instance, target)))
    .map(({ id }) => id);
}

function isTarget(
  { id, tags }: Instance,
  { Key, Values }: { Key: string; Values: readonly string[] },
): boolean {
  if (Key === 'InstanceIds') return Values.includes(id);
  if (Key === 'tag-key') return Values.some((value) => tags.has(value));
  if (Key.startsWith('tag:')) return Values.includes(tags.get(Key.slice('tag:'.length)) ?? '');
  throw new AwsError('InvalidTarget', `The target ${Key} is not valid.`);
}

const CANCEL = z.strictObject({ CommandId: z.string(), InstanceIds: z.array(z.string()).default([]) });

export function cancelCommand({ commands }: World, call: SsmCall): object {
  const { CommandId, InstanceIds } = read(CANCEL, call);
  if (commands.get(call.region, CommandId) === undefined) throw invalidCommand();
  commands.cancel(CommandId, InstanceIds);
  return {};
}

export function invalidCommand(): AwsError {
  return new AwsError('InvalidCommandId', 'The command ID is not valid.');
}
