/** Calls to the rehearsal that no client of ours makes, signed like any other. */

import assert from 'node:assert/strict';
import type { RecordedPost } from '../../rehearsal/src/server/hook-sink.ts';
import { type KeyPair, signedHeaders } from '../rehearsal/server/sign.ts';

export interface Caller {
  /** `http://127.0.0.1:4000` */
  readonly endpoint: string;
  readonly credentials: KeyPair;
}

export interface Call {
  readonly service: string;
  readonly method: string;
  readonly path?: string;
  readonly body?: string;
  readonly type?: string;
  readonly target?: string;
}

/** The body of the answer, which must be a success. */
export async function signed({ endpoint, credentials }: Caller, call: Call): Promise<string> {
  const { service, method, path = '/', body, type, target } = call;
  const content = body === undefined ? {} : { body };
  const headers = await signedHeaders({
    ...{ endpoint, path, method, service, credentials },
    ...content,
    headers: {
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(target === undefined ? {} : { 'x-amz-target': target }),
    },
  });
  const answer = await fetch(`${endpoint}${path}`, { method, headers, ...content });
  const said = await answer.text();
  assert.equal(answer.status, 200, said);
  return said;
}

/** A role, and an instance profile with it, both of this name. */
export async function makeRole(caller: Caller, name: string): Promise<void> {
  await iam(caller, { Action: 'CreateRole', RoleName: name, AssumeRolePolicyDocument: '{}' });
  await iam(caller, { Action: 'CreateInstanceProfile', InstanceProfileName: name });
  await iam(caller, { Action: 'AddRoleToInstanceProfile', InstanceProfileName: name, RoleName: name });
}

/** What an instance has posted to the rehearsal's hooks, in order. */
export async function postsOf(caller: Caller, instanceId: string): Promise<readonly RecordedPost[]> {
  const call = { service: 'rehearsal', method: 'GET', path: '/_rehearsal/hooks' };
  const all: readonly RecordedPost[] = JSON.parse(await signed(caller, call));
  return all.filter((post) => post.instanceId === instanceId);
}

function iam(caller: Caller, form: Readonly<Record<string, string>>): Promise<string> {
  const body = new URLSearchParams({ Version: '2010-05-08', ...form }).toString();
  const type = 'application/x-www-form-urlencoded';
  return signed(caller, { service: 'iam', method: 'POST', body, type });
}
