/** Calls to moto: forwarded ones as they came, and a few of the server's own. */

import { request as httpRequest, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { AwsError } from './aws-error.ts';
import type { Answer, RequestHead } from './http.ts';
import type { Moto } from './moto.ts';
import { parseXml, textAt, type XmlNode } from './wire/xml.ts';

export interface MotoClient {
  /** Forwards a request. @throws AwsError where moto is gone or does not do such a call */
  forward(head: RequestHead, body: Uint8Array, call: CallName): Promise<Answer>;
  /** Makes a query call. @throws AwsError as moto answers it */
  query(call: CallName, params: Readonly<Record<string, string>>): Promise<XmlNode>;
  /** Makes a JSON call of a service that takes such. @throws AwsError as moto answers it */
  json(call: CallName, input: object): Promise<unknown>;
  /** An object of S3; undefined where it can't be had. */
  readObject(region: string, bucket: string, key: string): Promise<Buffer | undefined>;
  writeObject(
    region: string,
    at: { readonly bucket: string; readonly key: string },
    content: Uint8Array,
  ): Promise<void>;
}

/** What is called: service and region as in a credential scope, the operation as AWS names it. */
export interface CallName {
  readonly service: string;
  readonly region: string;
  readonly operation: string;
}

/** Headers that describe one connection, not the message. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'expect',
  'te',
  'upgrade',
  'content-length',
  'accept-encoding',
]);

const VERSIONS: Readonly<Record<string, string>> = {
  ec2: '2016-11-15',
  iam: '2010-05-08',
  monitoring: '2010-08-01',
  sts: '2011-06-15',
};

export function createMotoClient(moto: Moto): MotoClient {
  return {
    forward: (head, body, call) => forward(moto, head, body, call),
    query: (call, params) => query(moto, call, params),
    json: (call, input) => json(moto, call, input),
    readObject: (region, bucket, key) => readObject(moto, region, { bucket, key }),
    writeObject: (region, at, content) => writeObject(moto, region, at, content),
  };
}

async function forward(moto: Moto, head: RequestHead, body: Uint8Array, call: CallName): Promise<Answer> {
  const message = await exchange(moto, head, body);
  const status = message.statusCode ?? 502;
  if (status >= 500 && message.headers['content-type']?.startsWith('text/html')) {
    message.resume();
    throw unsupported(call);
  }
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name)) headers[name] = value;
  }
  const length = message.headers['content-length'];
  if (length !== undefined) headers['content-length'] = length;
  return { status, headers, body: message };
}

/** moto reads service and region from the scope, and no more of it. */
function headOf(call: CallName, headers: RequestHead['headers']): RequestHead {
  const scope = `rehearsal/20000101/${call.region}/${call.service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`;
  return {
    method: 'POST',
    path: '/',
    query: '',
    headers: [['host', '127.0.0.1'], ['authorization', authorization], ...headers],
  };
}

const TARGETS: Readonly<Record<string, string>> = { ssm: 'AmazonSSM' };

async function json(moto: Moto, call: CallName, input: object): Promise<unknown> {
  const head = headOf(call, [
    ['content-type', 'application/x-amz-json-1.1'],
    ['x-amz-target', `${TARGETS[call.service] ?? ''}.${call.operation}`],
  ]);
  const answer = await forward(moto, head, Buffer.from(JSON.stringify(input)), call);
  const text = (await bodyOf(answer)).toString('utf8');
  if (answer.status < 400) return JSON.parse(text);
  throw new AwsError('InternalFailure', `${call.service}:${call.operation}: ${text}`, answer.status);
}

interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

async function readObject(moto: Moto, region: string, at: ObjectPlace): Promise<Buffer | undefined> {
  const call = { service: 's3', region, operation: 'GetObject' };
  const answer = await forward(
    moto,
    { ...headOf(call, []), method: 'GET', path: pathOf(at) },
    new Uint8Array(),
    call,
  );
  const body = await bodyOf(answer);
  return answer.status === 200 ? body : undefined;
}

async function writeObject(moto: Moto, region: string, at: ObjectPlace, content: Uint8Array): Promise<void> {
  const call = { service: 's3', region, operation: 'PutObject' };
  const answer = await forward(moto, { ...headOf(call, []), method: 'PUT', path: pathOf(at) }, content, call);
  await bodyOf(answer);
}

function pathOf({ bucket, key }: ObjectPlace): string {
  return `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
}

async function query(moto: Moto, call: CallName, params: Readonly<Record<string, string>>): Promise<XmlNode> {
  const form = new URLSearchParams({
    Action: call.operation,
    Version: VERSIONS[call.service] ?? '',
    ...params,
  });
  const head = headOf(call, [['content-type', 'application/x-www-form-urlencoded']]);
  const answer = await forward(moto, head, Buffer.from(form.toString()), call);
  const text = typeof answer.body === 'string' ? answer.body : (await bodyOf(answer)).toString('utf8');
  const parsed = parseXml(text);
  if (answer.status < 400) return parsed;
  throw errorFrom(parsed, answer.status);
}

/** The whole body of an answer. */
export async function bodyOf(answer: Answer): Promise<Buffer> {
  const { body } = answer;
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body);
  return await buffer(body);
}

function errorFrom(document: XmlNode, status: number): AwsError {
  const ec2 = ['Response', 'Errors', 'Error'];
  const other = ['ErrorResponse', 'Error'];
  const path = textAt(document, ...ec2, 'Code') === undefined ? other : ec2;
  const code = textAt(document, ...path, 'Code') ?? 'InternalFailure';
  return new AwsError(code, textAt(document, ...path, 'Message') ?? '', status);
}

/** moto answers alike where it lacks an operation and where it fails at one. */
function unsupported(call: CallName): AwsError {
  return new AwsError(
    'UnsupportedOperation',
    `The rehearsal does not do ${call.service}:${call.operation}, or failed at it: the log of its server says more.`,
  );
}

function exchange(moto: Moto, head: RequestHead, body: Uint8Array): Promise<IncomingMessage> {
  const end = moto.ended();
  if (end !== undefined) throw gone(end);
  const path = head.query === '' ? head.path : `${head.path}?${head.query}`;
  const headers = head.headers.filter(([name]) => !HOP_BY_HOP.has(name));
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      socketPath: moto.socketPath,
      method: head.method,
      path,
      headers: [...headers, ['content-length', String(body.length)]].flat(),
      agent: false,
    });
    request.once('response', resolve);
    request.once('error', (error) => reject(gone(moto.ended() ?? error.message)));
    request.end(body);
  });
}

function gone(why: string): AwsError {
  return new AwsError(
    'ServiceUnavailable',
    `The emulator behind the rehearsal is gone (${why}): take the rehearsal down and up again.`,
    503,
  );
}
