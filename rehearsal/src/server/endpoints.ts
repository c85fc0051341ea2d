/**
 * What instances reach by HTTPS: AWS's endpoints for SSM and Secrets Manager, under AWS's names, for calls that
 * are signed with credentials that the rehearsal issued; and hooks that record what is posted to them.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApiOptions, handleApi, type Scope } from './api.ts';
import { HOOKS_HOST } from './hook-sink.ts';
import { type Answer, header, readBody, readHead, send } from './http.ts';
import { callerOf } from './metadata/metadata.ts';

const LARGEST_POST = 1024 * 1024;

export async function handleEndpoint(
  options: ApiOptions,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const head = readHead(message);
  const host = header(head, 'host') ?? '';
  const scope = scopeOf(host);
  if (scope !== undefined) return handleApi(options, message, response, scope);
  if (host === HOOKS_HOST && head.method === 'POST') return send(response, await record(options, message));
  message.resume();
  return send(response, plain(404));
}

/** Undefined where the host is none of AWS's that answer here. Exported for its test. */
export function scopeOf(host: string): Scope | undefined {
  const [, service, region] =
    /^(ssm|secretsmanager)\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(host) ?? [];
  return service === undefined || region === undefined ? undefined : { service, region };
}

/** A fault for `hooks:post` is the answer's status. */
async function record({ world, hooks, log }: ApiOptions, message: IncomingMessage): Promise<Answer> {
  const head = readHead(message);
  const body = (await readBody(message, LARGEST_POST)).toString('utf8');
  const status = world.faults.take('hooks:post', 'refuse')?.status ?? 200;
  const instanceId = callerOf(world.state, message.socket.remoteAddress)?.id;
  const hook = `${head.path.slice(1)}${head.query === '' ? '' : `?${head.query}`}`;
  hooks.record({ hook, instanceId, contentType: header(head, 'content-type') ?? '', body, status });
  log(`hook ${instanceId ?? 'stranger'} ${status}`);
  return plain(status, 'ok');
}

function plain(status: number, body = ''): Answer {
  return { status, headers: { 'content-type': 'text/plain' }, body };
}
