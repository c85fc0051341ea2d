/** Signature Version 4, computed: canonical request, string to sign, signing key. */

import { createHash, createHmac } from 'node:crypto';
import { header, type RequestHead } from '../http.ts';
import type { Authorization } from './authorization.ts';

/** 64 hexadecimal digits. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The signature that the holder of `secretAccessKey` would put on this request. */
export function expectedSignature(
  head: RequestHead,
  authorization: Authorization,
  secretAccessKey: string,
  payloadHash: string,
): string {
  const { timestamp, date, region, service } = authorization;
  const request = canonicalRequest(head, authorization, payloadHash);
  const scope = `${date}/${region}/${service}/aws4_request`;
  const stringToSign = ['AWS4-HMAC-SHA256', timestamp, scope, sha256(request)].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return hmac(key, stringToSign).toString('hex');
}

/** Exported for its test: AWS's own published example is the oracle. */
export function canonicalRequest(
  head: RequestHead,
  authorization: Pick<Authorization, 'service' | 'signedHeaders'>,
  payloadHash: string,
): string {
  const { service, signedHeaders } = authorization;
  const headers = signedHeaders.map((name) => `${name}:${canonicalHeader(head, name)}\n`);
  return [
    head.method,
    canonicalPath(head.path, service),
    canonicalQuery(head.query),
    headers.join(''),
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

/** S3 signs the path as it is sent; every other service encodes it once more. */
function canonicalPath(path: string, service: string): string {
  if (path === '') return '/';
  return service === 's3' ? path : path.split('/').map(encode).join('/');
}

function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [encode(decode(name)), encode(decode(value.join('=')))] as const;
    })
    .filter(([name]) => name !== 'X-Amz-Signature')
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function canonicalHeader(head: RequestHead, name: string): string {
  return (header(head, name) ?? '').trim().replace(/\s+/g, ' ');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Percent-encodes everything but RFC 3986's unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** What can't be decoded stays as it is: its signature will not match. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
