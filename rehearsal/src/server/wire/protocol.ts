/** Which wire format a call speaks, and which operation it asks for. */

import { header, type RequestHead } from '../http.ts';
import { Params } from './params.ts';
import { s3Operation } from './s3-operation.ts';

export type Protocol = 'ec2' | 'query' | 's3' | 'json';

/** Services whose requests are forms and whose answers are XML; EC2 is one with an envelope of its own. */
const QUERY_SERVICES: ReadonlySet<string> = new Set([
  'sts',
  'iam',
  'autoscaling',
  'elasticloadbalancing',
  'cloudformation',
  'sns',
  'rds',
]);

/** The protocol of `service`, the name in the signature's credential scope. */
export function protocolOf(service: string, head: RequestHead): Protocol {
  if (service === 'ec2' || service === 's3') return service;
  if (header(head, 'x-amz-target') !== undefined) return 'json';
  if (QUERY_SERVICES.has(service)) return 'query';
  const form = header(head, 'content-type')?.startsWith('application/x-www-form-urlencoded');
  return form ? 'query' : 'json';
}

/** The form of a query call, whether it came as a body or in the address. */
export function formOf(head: RequestHead, body: Uint8Array): Params {
  const form = head.method === 'GET' ? head.query : Buffer.from(body).toString('utf8');
  return Params.fromForm(form);
}

/** `RunInstances`, `PutParameter`, `GetObject`; `Unknown` where the request does not say. */
export function operationOf(protocol: Protocol, head: RequestHead, body: Uint8Array): string {
  return safeName(operation(protocol, head, body)) || 'Unknown';
}

function operation(protocol: Protocol, head: RequestHead, body: Uint8Array): string {
  if (protocol === 's3') return s3Operation(head);
  if (protocol !== 'json') return formOf(head, body).text('Action') ?? '';
  const target = header(head, 'x-amz-target')?.split('.').at(-1);
  return target ?? /\/operation\/(\w+)$/.exec(head.path)?.[1] ?? '';
}

/** The caller's text goes into the log: letters and digits only. */
function safeName(name: string): string {
  return name.replace(/\W/g, '').slice(0, 100);
}
