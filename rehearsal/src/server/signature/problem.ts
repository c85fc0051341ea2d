/** What can be wrong with a request's signature, in the words of the service that was called. */

import { AwsError } from '../aws-error.ts';
import type { Protocol } from '../wire/protocol.ts';

export type SignatureProblem =
  | 'not-signed'
  | 'malformed'
  | 'unknown-key'
  | 'wrong-token'
  | 'expired-token'
  | 'skewed'
  | 'expired'
  | 'mismatch'
  | 'wrong-payload';

type Refusal = readonly [code: string, status: number];

const JSON_TOKEN: Refusal = ['UnrecognizedClientException', 400];
const JSON_SIGNATURE: Refusal = ['InvalidSignatureException', 400];
const EC2_AUTH: Refusal = ['AuthFailure', 401];
const QUERY_TOKEN: Refusal = ['InvalidClientTokenId', 403];
const QUERY_SIGNATURE: Refusal = ['SignatureDoesNotMatch', 403];

const REFUSALS: Readonly<Record<Protocol, Readonly<Record<SignatureProblem, Refusal>>>> = {
  ec2: {
    'not-signed': ['MissingAuthenticationToken', 403],
    malformed: ['IncompleteSignature', 400],
    'unknown-key': EC2_AUTH,
    'wrong-token': EC2_AUTH,
    'expired-token': ['RequestExpired', 400],
    skewed: ['RequestExpired', 400],
    expired: ['RequestExpired', 400],
    mismatch: ['SignatureDoesNotMatch', 403],
    'wrong-payload': ['SignatureDoesNotMatch', 403],
  },
  query: {
    'not-signed': ['MissingAuthenticationToken', 403],
    malformed: ['IncompleteSignature', 400],
    'unknown-key': QUERY_TOKEN,
    'wrong-token': QUERY_TOKEN,
    'expired-token': ['ExpiredToken', 403],
    skewed: QUERY_SIGNATURE,
    expired: QUERY_SIGNATURE,
    mismatch: QUERY_SIGNATURE,
    'wrong-payload': QUERY_SIGNATURE,
  },
  s3: {
    'not-signed': ['AccessDenied', 403],
    malformed: ['AuthorizationHeaderMalformed', 400],
    'unknown-key': ['InvalidAccessKeyId', 403],
    'wrong-token': ['InvalidToken', 400],
    'expired-token': ['ExpiredToken', 400],
    skewed: ['RequestTimeTooSkewed', 403],
    expired: ['AccessDenied', 403],
    mismatch: ['SignatureDoesNotMatch', 403],
    'wrong-payload': ['XAmzContentSHA256Mismatch', 400],
  },
  json: {
    'not-signed': ['MissingAuthenticationTokenException', 400],
    malformed: ['IncompleteSignatureException', 400],
    'unknown-key': JSON_TOKEN,
    'wrong-token': JSON_TOKEN,
    'expired-token': ['ExpiredTokenException', 400],
    skewed: JSON_SIGNATURE,
    expired: JSON_SIGNATURE,
    mismatch: JSON_SIGNATURE,
    'wrong-payload': JSON_SIGNATURE,
  },
};

const MESSAGES: Readonly<Record<SignatureProblem, string>> = {
  'not-signed': 'The request is not signed.',
  malformed: 'The request signature can not be read.',
  'unknown-key': 'The access key ID does not exist in the records of this rehearsal.',
  'wrong-token': 'The security token included in the request is invalid.',
  'expired-token': 'The security token included in the request is expired.',
  skewed: 'Signature expired: the time in the request is too far from the present.',
  expired: 'Request has expired.',
  mismatch: 'The request signature we calculated does not match the signature you provided.',
  'wrong-payload': 'The body of the request does not have the SHA-256 that was signed.',
};

export function signatureError(protocol: Protocol, problem: SignatureProblem): AwsError {
  const [code, status] = REFUSALS[protocol][problem];
  return new AwsError(code, MESSAGES[problem], status);
}
