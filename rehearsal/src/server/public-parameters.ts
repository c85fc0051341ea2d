/** The public SSM parameters that name images: moto lets nobody write names that begin with /aws/. */

import type { Answer } from './http.ts';
import { bodyOf } from './moto-client.ts';

/** The images' ids by parameter name. */
export type PublicParameters = ReadonlyMap<string, string>;

export interface ParameterCall {
  readonly region: string;
  readonly operation: string;
  readonly body: Buffer;
  /** Sends the call on with another body. */
  readonly forward: (body: Buffer) => Promise<Answer>;
}

/** Answers for public parameters; undefined where the call names none. */
export async function answerParameters(
  parameters: PublicParameters,
  call: ParameterCall,
): Promise<Answer | undefined> {
  const request = parse(call.body);
  if (call.operation === 'GetParameter') {
    const found = describe(parameters, call.region, request.Name);
    return found === undefined ? undefined : json({ Parameter: found });
  }
  if (call.operation !== 'GetParameters' || !Array.isArray(request.Names)) return undefined;
  const names: readonly unknown[] = request.Names;
  const found = names.flatMap((name) => describe(parameters, call.region, name) ?? []);
  const others = names.filter((name) => describe(parameters, call.region, name) === undefined);
  if (found.length === 0) return undefined;
  if (others.length === 0) return json({ Parameters: found, InvalidParameters: [] });
  const answer = await call.forward(Buffer.from(JSON.stringify({ ...request, Names: others })));
  const body = await bodyOf(answer);
  if (answer.status !== 200) return { ...answer, body };
  const rest = parse(body);
  const more: readonly unknown[] = Array.isArray(rest.Parameters) ? rest.Parameters : [];
  return json({ ...rest, Parameters: [...found, ...more] });
}

function describe(parameters: PublicParameters, region: string, name: unknown): object | undefined {
  const value = typeof name === 'string' ? parameters.get(name) : undefined;
  if (value === undefined) return undefined;
  return {
    Name: name,
    Type: 'String',
    Value: value,
    Version: 1,
    LastModifiedDate: 1_700_000_000,
    ARN: `arn:aws:ssm:${region}::parameter${name}`,
    DataType: 'text',
  };
}

function parse(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? Object.fromEntries(Object.entries(parsed)) : {};
  } catch {
    return {};
  }
}

function json(content: object): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(content),
  };
}
