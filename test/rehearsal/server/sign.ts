/** The signer of AWS's SDKs, for requests that no client makes. */

import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { SourceData } from '@smithy/types';

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export function sdkSigner(service: string, region: string, credentials: KeyPair): SignatureV4 {
  return new SignatureV4({ service, region, credentials, sha256: Sha256, uriEscapePath: service !== 's3' });
}

class Sha256 {
  readonly #hash;
  constructor(secret?: SourceData) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret));
  }
  update(data: SourceData): void {
    this.#hash.update(bytes(data));
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {}
}

function bytes(data: SourceData): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}

export interface SignedRequest {
  /** `http://127.0.0.1:4000` */
  readonly endpoint: string;
  readonly path: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly credentials: KeyPair;
  readonly service?: string;
}

/** Headers, the signature among them, that make a request good. */
export async function signedHeaders(request: SignedRequest): Promise<Record<string, string>> {
  const { endpoint, path, method = 'GET', body = '', headers = {}, credentials } = request;
  const { host, hostname } = new URL(endpoint);
  const signed = await sdkSigner(request.service ?? 'rehearsal', 'eu-west-1', credentials).sign({
    method,
    protocol: 'http:',
    hostname,
    path,
    query: {},
    headers: { host, ...headers },
    body,
  });
  return signed.headers;
}
