/** The SSM actions that the server answers itself: commands, and what their documents may be. */

import { AwsError } from '../aws-error.ts';
import type { World } from '../ec2/action.ts';
import type { Answer } from '../http.ts';
import type { SsmAction } from './call.ts';
import { getInvocation, listCommands, listInvocations } from './describe.ts';
import { checkWritten, describeDocument, getDocument } from './documents.ts';
import { describeInformation } from './information.ts';
import { cancelCommand, sendCommand } from './send.ts';

const ACTIONS: ReadonlyMap<string, SsmAction> = new Map(
  Object.entries({
    CancelCommand: cancelCommand,
    CreateDocument: checkWritten,
    DescribeDocument: describeDocument,
    DescribeInstanceInformation: describeInformation,
    GetCommandInvocation: getInvocation,
    GetDocument: getDocument,
    ListCommandInvocations: listInvocations,
    ListCommands: listCommands,
    SendCommand: sendCommand,
    UpdateDocument: checkWritten,
  } satisfies Record<string, SsmAction>),
);

/** Undefined where the call is moto's. @throws AwsError */
export async function answerSsm(
  world: World,
  operation: string,
  { region, body }: { readonly region: string; readonly body: Buffer },
): Promise<Answer | undefined> {
  const content = await ACTIONS.get(operation)?.(world, { region, input: parse(body) });
  if (content === undefined) return undefined;
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(content),
  };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 'The request is no JSON.');
  }
}
