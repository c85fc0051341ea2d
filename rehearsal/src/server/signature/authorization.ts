/** What a request says about its signature: header form and presigned query form of Signature Version 4. */

import { header, type RequestHead } from '../http.ts';

export interface Authorization {
  readonly form: 'header' | 'query';
  readonly accessKeyId: string;
  /** `20261101` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** Names in lower case, in the order in which they were signed. */
  readonly signedHeaders: readonly string[];
  /** 64 hexadecimal digits. */
  readonly signature: string;
  /** When it was signed. */
  readonly time: Date;
  /** `20261101T120000Z`, as signed. */
  readonly timestamp: string;
  readonly sessionToken: string | undefined;
  /** How long a presigned request is good for. */
  readonly expiresSeconds: number | undefined;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Returns undefined where the request is not signed at all, and `malformed` where it can't be read. */
export function readAuthorization(head: RequestHead): Authorization | 'malformed' | undefined {
  const value = header(head, 'authorization');
  if (value !== undefined) return fromHeader(head, value);
  const query = new URLSearchParams(head.query);
  return query.has('X-Amz-Algorithm') ? fromQuery(query) : undefined;
}

function fromHeader(head: RequestHead, value: string): Authorization | 'malformed' {
  if (!value.startsWith(`${ALGORITHM} `)) return 'malformed';
  const parts = new Map<string, string>();
  for (const part of value.slice(ALGORITHM.length).split(',')) {
    const [name = '', ...rest] = part.trim().split('=');
    parts.set(name, rest.join('='));
  }
  return assemble({
    form: 'header',
    credential: parts.get('Credential'),
    signedHeaders: parts.get('SignedHeaders'),
    signature: parts.get('Signature'),
    timestamp: header(head, 'x-amz-date'),
    sessionToken: header(head, 'x-amz-security-token'),
    expires: undefined,
  });
}

function fromQuery(query: URLSearchParams): Authorization | 'malformed' {
  if (query.get('X-Amz-Algorithm') !== ALGORITHM) return 'malformed';
  const get = (name: string) => query.get(name) ?? undefined;
  const expires = get('X-Amz-Expires');
  if (expires === undefined) return 'malformed';
  return assemble({
    form: 'query',
    credential: get('X-Amz-Credential'),
    signedHeaders: get('X-Amz-SignedHeaders'),
    signature: get('X-Amz-Signature'),
    timestamp: get('X-Amz-Date'),
    sessionToken: get('X-Amz-Security-Token'),
    expires,
  });
}

interface Parts {
  readonly form: 'header' | 'query';
  readonly credential: string | undefined;
  readonly signedHeaders: string | undefined;
  readonly signature: string | undefined;
  readonly timestamp: string | undefined;
  readonly sessionToken: string | undefined;
  readonly expires: string | undefined;
}

const WEEK_SECONDS = 604_800;

function assemble(parts: Parts): Authorization | 'malformed' {
  const scope = /^([\w]+)\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request$/.exec(parts.credential ?? '');
  const [, accessKeyId, date, region, service] = scope ?? [];
  const time = parseTimestamp(parts.timestamp);
  const { signature, timestamp } = parts;
  const signedHeaders = parts.signedHeaders?.split(';') ?? [];
  const expiresSeconds = parts.expires === undefined ? undefined : Number(parts.expires);
  if (!accessKeyId || !date || !region || !service || !timestamp || !time) return 'malformed';
  if (signature === undefined || !/^[0-9a-f]{64}$/.test(signature)) return 'malformed';
  if (!signedHeaders.includes('host') || !timestamp.startsWith(date)) return 'malformed';
  if (expiresSeconds !== undefined && !(expiresSeconds >= 1 && expiresSeconds <= WEEK_SECONDS)) {
    return 'malformed';
  }
  const { form, sessionToken } = parts;
  const read = { form, accessKeyId, date, region, service, signedHeaders, signature, time, timestamp };
  return { ...read, sessionToken, expiresSeconds };
}

function parseTimestamp(text: string | undefined): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? '');
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
