/** Requests and answers, as plain as the rest of the server needs them. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsError } from './aws-error.ts';

/** What a request says before its body. */
export interface RequestHead {
  readonly method: string;
  /** As sent: percent-encoded, without the query string. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  /** Names in lower case, in the order in which they came; one name can come several times. */
  readonly headers: readonly (readonly [string, string])[];
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Uint8Array | Readable;
}

export function readHead(message: IncomingMessage): RequestHead {
  const [path = '', ...query] = (message.url ?? '').split('?');
  const raw = message.rawHeaders;
  const headers: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    headers.push([(raw[at] ?? '').toLowerCase(), raw[at + 1] ?? '']);
  }
  return { method: message.method ?? '', path, query: query.join('?'), headers };
}

/** The header's values, joined as HTTP joins them; undefined where it was not sent. */
export function header(head: RequestHead, name: string): string | undefined {
  const values = head.headers.filter(([sent]) => sent === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(',');
}

/**
 * Reads the whole body.
 * @throws AwsError EntityTooLarge beyond `limit` bytes
 */
export async function readBody(message: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > limit) {
      throw new AwsError('EntityTooLarge', `The rehearsal takes bodies of up to ${limit} bytes.`, 413);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Sends an answer; a body that breaks off breaks the connection off, so that nobody takes it for whole. */
export async function send(response: ServerResponse, answer: Answer): Promise<void> {
  const { body } = answer;
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    headers[name] = typeof value === 'string' ? value : [...value];
  }
  if (body instanceof Readable) {
    response.writeHead(answer.status, headers);
    await pipeline(body, response);
    return;
  }
  const bytes = Buffer.from(body);
  response.writeHead(answer.status, { ...headers, 'content-length': String(bytes.length) });
  response.end(bytes);
}
