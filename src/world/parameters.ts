/** The door to SSM parameters. */

import type { SSMClientConfig } from '@aws-sdk/client-ssm';
import { fail } from '../failure.ts';
import { explained } from './aws-errors.ts';
import { lazily } from './lazily.ts';

export interface Parameter {
  readonly value: string;
  readonly version: number;
}

export interface Parameters {
  /** Those of `names` that there are. */
  read(names: readonly string[]): Promise<Map<string, Parameter>>;
  /**
   * Writes a parameter that is at `version` (0: that is not there).
   * @throws Failed where somebody else has written it since
   */
  write(parameter: WrittenParameter): Promise<void>;
}

export interface WrittenParameter {
  readonly name: string;
  readonly value: string;
  readonly version: number;
  /** `aws:ec2:image`: AWS checks that the value is an AMI, and launch templates can refer to it. */
  readonly dataType: 'text' | 'aws:ec2:image';
}

type Client = import('@aws-sdk/client-ssm').SSMClient;

export function openParameters(settings: SSMClientConfig): Parameters {
  const client = lazily(async () => new (await import('@aws-sdk/client-ssm')).SSMClient(settings));
  return {
    // Most fleets ask for none, and a client takes longer to load than the answer.
    read: async (names) => (names.length === 0 ? new Map() : read(await client(), names)),
    write: async (parameter) => write(await client(), parameter),
  };
}

/** What GetParameters takes in one call. */
const NAMES_A_CALL = 10;

async function read(client: Client, names: readonly string[]): Promise<Map<string, Parameter>> {
  const { GetParametersCommand } = await import('@aws-sdk/client-ssm');
  const found = new Map<string, Parameter>();
  for (let start = 0; start < names.length; start += NAMES_A_CALL) {
    const Names = names.slice(start, start + NAMES_A_CALL);
    const { Parameters: parameters = [] } = await explained('ssm:GetParameters', () =>
      client.send(new GetParametersCommand({ Names })),
    );
    for (const { Name = '', Value = '', Version = 0 } of parameters)
      found.set(Name, { value: Value, version: Version });
  }
  return found;
}

/**
 * SSM writes unconditionally, but refuses to create what is there, and numbers the versions: a number that
 * is not the next one says that somebody wrote in between.
 */
async function write(client: Client, { name, value, version, dataType }: WrittenParameter): Promise<void> {
  const { PutParameterCommand } = await import('@aws-sdk/client-ssm');
  const { Version } = await explained('ssm:PutParameter', () =>
    client.send(
      new PutParameterCommand({
        Name: name,
        Value: value,
        Type: 'String',
        DataType: dataType,
        Overwrite: version > 0,
      }),
    ),
  );
  if (Version === version + 1) return;
  fail({
    kind: 'aws',
    operation: 'ssm:PutParameter',
    code: 'ParameterChanged',
    problem: `somebody else has written ${name} at the same time: it was at version ${version}, and is at ${Version} now`,
    remedy: 'look who promotes what, and run the same command again',
  });
}
