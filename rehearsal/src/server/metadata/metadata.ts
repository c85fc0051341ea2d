/** The instance metadata service. It knows its callers by their address, and tells each about itself only. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../calls.ts';
import { type Answer, header, type RequestHead, readHead, send } from '../http.ts';
import type { Instance, State } from '../state/model.ts';
import type { RoleCredentials } from './credentials.ts';
import type { MetadataTokens } from './token.ts';
import { identityDocument, listing, type MetadataNode, metadataTree, nodeAt } from './tree.ts';
import { isVersion, VERSIONS } from './versions.ts';

export interface MetadataOptions {
  readonly state: State;
  readonly accountId: string;
  readonly tokens: MetadataTokens;
  readonly credentials: RoleCredentials;
  readonly log: Log;
  readonly now: () => Date;
}

export async function handleMetadata(
  options: MetadataOptions,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const head = readHead(message);
  const instance = callerOf(options.state, message.socket.remoteAddress);
  message.resume();
  let answer: Answer;
  try {
    answer = instance === undefined ? plain(404) : await answerMetadata(options, instance, head);
  } catch (error) {
    options.log(`metadata failed: ${error instanceof Error ? error.message : String(error)}`);
    answer = plain(500);
  }
  const path = head.path.replace(/[^\w/.:-]/g, '').slice(0, 200);
  options.log(
    `metadata ${instance?.id ?? 'stranger'} ${head.method === 'PUT' ? 'PUT' : 'GET'} ${path} ${answer.status}`,
  );
  await send(response, answer);
}

/** The instance that has this address on the bridge. */
export function callerOf(state: State, address: string | undefined): Instance | undefined {
  return [...state.instances.values()].find(
    (instance) => instance.bridgeAddress === address && instance.state !== 'terminated',
  );
}

async function answerMetadata(
  options: MetadataOptions,
  instance: Instance,
  head: RequestHead,
): Promise<Answer> {
  const { tokens, now } = options;
  if (instance.metadataOptions.endpoint === 'disabled') return plain(403);
  if (head.method === 'PUT') return issueToken(options, instance, head);
  if (head.method !== 'GET' && head.method !== 'HEAD') return plain(405);
  const token = header(head, 'x-aws-ec2-metadata-token');
  if (token === undefined) {
    if (instance.metadataOptions.tokens === 'required') return plain(401);
    return await read(options, instance, head);
  }
  const left = tokens.secondsLeft(instance.id, token, now());
  if (left === undefined) return plain(401);
  return withLifetime(await read(options, instance, head), String(left));
}

/** A request that came through a proxy gets no token: it may be an open one. */
function issueToken({ tokens, now }: MetadataOptions, instance: Instance, head: RequestHead): Answer {
  if (head.path !== '/latest/api/token') return plain(404);
  if (header(head, 'x-forwarded-for') !== undefined) return plain(403);
  const lifetime = header(head, LIFETIME);
  const token = tokens.issue(instance.id, lifetime, now());
  return token === undefined ? plain(400) : withLifetime(plain(200, token), lifetime ?? '');
}

const LIFETIME = 'x-aws-ec2-metadata-token-ttl-seconds';

function withLifetime(answer: Answer, seconds: string): Answer {
  return { ...answer, headers: { ...answer.headers, [LIFETIME]: seconds } };
}

async function read(options: MetadataOptions, instance: Instance, head: RequestHead): Promise<Answer> {
  const [version, ...path] = decodePath(head.path);
  if (version === undefined) return plain(200, VERSIONS.join('\n'));
  if (!isVersion(version)) return plain(404);
  if (path.join('/') === 'user-data') return userData(instance);
  const node = nodeAt(rootOf(options, instance), path);
  if (node === undefined) return plain(404);
  if (typeof node === 'string') return plain(200, node);
  if (typeof node === 'function') return plain(200, await node());
  return plain(200, listing(node, path, instance.key?.name));
}

/** Slashes at the end, and doubled ones, mean nothing. */
function decodePath(path: string): readonly string[] {
  return path
    .split('/')
    .filter((name) => name !== '')
    .map((name) => {
      try {
        return decodeURIComponent(name);
      } catch {
        return name;
      }
    });
}

function rootOf({ accountId, credentials, now }: MetadataOptions, instance: Instance): MetadataNode {
  const source = { instance, accountId, credentials: () => credentials.document(instance, now()) };
  return {
    dynamic: { 'instance-identity': { document: identityDocument(source) } },
    'meta-data': metadataTree(source),
    ...(instance.userData === undefined ? {} : { 'user-data': '' }),
  };
}

function userData(instance: Instance): Answer {
  if (instance.userData === undefined) return plain(404);
  const body = Buffer.from(instance.userData, 'base64');
  return { ...plain(200), headers: { 'content-type': 'application/octet-stream' }, body };
}

function plain(status: number, body = ''): Answer {
  return { status, headers: { 'content-type': 'text/plain', server: 'EC2ws' }, body };
}
