/** Decides whether a request may be answered. Pure: time, keys and body come in as values. */

import { timingSafeEqual } from 'node:crypto';
import { header, type RequestHead } from '../http.ts';
import type { Authorization } from './authorization.ts';
import { expectedSignature, sha256 } from './canonical.ts';
import type { Credentials } from './keyring.ts';
import type { SignatureProblem } from './problem.ts';

/** S3 is the most patient of them. */
function skewMilliseconds(service: string): number {
  return (service === 's3' ? 15 : 5) * 60 * 1000;
}

/** What S3 signs in place of a hash of the body. */
const UNHASHED = /^(UNSIGNED-PAYLOAD|STREAMING-(AWS4-HMAC-SHA256-PAYLOAD|UNSIGNED-PAYLOAD)(-TRAILER)?)$/;

/** What can be told before the body is read. */
export function checkAuthorization(
  authorization: Authorization,
  credentials: Credentials | undefined,
  now: Date,
): SignatureProblem | undefined {
  if (credentials === undefined) return 'unknown-key';
  const { sessionToken, expiration } = credentials;
  if (!equal(sessionToken ?? '', authorization.sessionToken ?? '')) return 'wrong-token';
  if (expiration !== undefined && expiration <= now) return 'expired-token';
  return checkTime(authorization, now);
}

function checkTime(
  { time, expiresSeconds, service }: Authorization,
  now: Date,
): SignatureProblem | undefined {
  const age = now.getTime() - time.getTime();
  const patience = skewMilliseconds(service);
  if (expiresSeconds === undefined) return Math.abs(age) > patience ? 'skewed' : undefined;
  if (age < -patience) return 'skewed';
  return age > expiresSeconds * 1000 ? 'expired' : undefined;
}

/**
 * The payload hash that the request claims to be signed with, where it can be known without the body:
 * S3 always says it, and may sign something else in its place; the other services sign the body's hash.
 */
export function claimedPayload(head: RequestHead, authorization: Authorization): string | undefined {
  if (authorization.service !== 's3') return undefined;
  const claimed = header(head, 'x-amz-content-sha256');
  return claimed ?? (authorization.form === 'query' ? 'UNSIGNED-PAYLOAD' : undefined);
}

/** Checks the signature itself, over `payload`: a hash, or what S3 signs in its place. */
export function checkSignature(
  head: RequestHead,
  authorization: Authorization,
  secretAccessKey: string,
  payload: string,
): SignatureProblem | undefined {
  const signed = new Set(authorization.signedHeaders);
  const unsigned = head.headers.some(([name]) => name.startsWith('x-amz-') && !signed.has(name));
  if (unsigned) return 'mismatch';
  const expected = expectedSignature(head, authorization, secretAccessKey, payload);
  return equal(expected, authorization.signature) ? undefined : 'mismatch';
}

/** Checks the body against what was claimed before it came. */
export function checkPayload(claimed: string, body: Uint8Array): SignatureProblem | undefined {
  return UNHASHED.test(claimed) || equal(claimed, sha256(body)) ? undefined : 'wrong-payload';
}

/** Compares in a time that doesn't tell where two texts differ. */
function equal(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(a)), Buffer.from(sha256(b)));
}
