/** Reads a request so far that it is known who sends it, and refuses the rest. */

import type { IncomingMessage } from 'node:http';
import { AwsError } from './aws-error.ts';
import { header, type RequestHead, readBody } from './http.ts';
import { type Authorization, readAuthorization } from './signature/authorization.ts';
import { sha256 } from './signature/canonical.ts';
import type { Keyring } from './signature/keyring.ts';
import { type SignatureProblem, signatureError } from './signature/problem.ts';
import { checkAuthorization, checkPayload, checkSignature, claimedPayload } from './signature/verify.ts';
import { type Protocol, protocolOf } from './wire/protocol.ts';

/** An object for S3 is read whole before moto gets it. */
const LARGEST_OBJECT = 512 * 1024 * 1024;
const LARGEST_FORM = 4 * 1024 * 1024;

export interface Signed {
  readonly authorization: Authorization;
  readonly protocol: Protocol;
}

/** A web page that a browser was led to under a name of its own sends that name: it is refused. */
export function checkHost(head: RequestHead, port: number): void {
  if (header(head, 'host') === `127.0.0.1:${port}`) return;
  throw new AwsError('AccessDenied', 'The rehearsal answers under its own address only.', 403);
}

/** The wire format to answer in while it is not known which service is called. */
export function guessProtocol(head: RequestHead): Protocol {
  if (header(head, 'x-amz-target') !== undefined) return 'json';
  return protocolOf('', head) === 'query' ? 'query' : 's3';
}

/** @throws AwsError where the request is not signed, or not in a way that can be read */
export function readSigned(head: RequestHead): Signed {
  const authorization = readAuthorization(head);
  if (authorization === undefined) throw signatureError(guessProtocol(head), 'not-signed');
  if (authorization === 'malformed') throw signatureError(guessProtocol(head), 'malformed');
  return { authorization, protocol: protocolOf(authorization.service, head) };
}

/**
 * Reads the body of a request whose signature is right.
 * What can be refused before the body comes, is.
 * @throws AwsError
 */
export async function readVerifiedBody(
  message: IncomingMessage,
  head: RequestHead,
  { authorization, protocol }: Signed,
  keyring: Keyring,
  now: Date,
): Promise<Buffer> {
  const refuse = (problem: SignatureProblem | undefined) => {
    if (problem !== undefined) throw signatureError(protocol, problem);
  };
  const credentials = keyring.find(authorization.accessKeyId);
  refuse(checkAuthorization(authorization, credentials, now));
  const check = (payload: string) =>
    refuse(checkSignature(head, authorization, credentials?.secretAccessKey ?? '', payload));
  const claimed = claimedPayload(head, authorization);
  if (claimed === undefined) {
    const body = await readBody(message, LARGEST_FORM);
    check(sha256(body));
    return body;
  }
  check(claimed);
  const body = await readBody(message, LARGEST_OBJECT);
  refuse(checkPayload(claimed, body));
  return body;
}
