/** Errors of the AWS SDK as expected failures, with what to do about the well-known ones. */

import { type AwsFailure, Failed } from '../failure.ts';
import { clockRemedy } from './wrong-clock.ts';

/** Runs one call; whatever the SDK throws becomes an {@link AwsFailure}. `operation`: `ec2:DescribeImages`. */
export async function explained<T>(operation: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof Failed ? error : new Failed([explain(operation, error, new Date())]);
  }
}

/** Pure: the failure that an SDK error means, that came at `now`. */
export function explain(operation: string, error: unknown, now: Date): AwsFailure {
  const code = error instanceof Error ? error.name : 'Unknown';
  const message = error instanceof Error ? error.message : String(error);
  const clock = error instanceof Error ? clockRemedy(error, now) : undefined;
  const remedy = clock ?? remedyFor(operation, code, message);
  return {
    kind: 'aws',
    operation,
    code,
    problem: `${operation} failed: ${code}: ${message}`,
    remedy,
  };
}

const CREDENTIALS =
  'give credentials as the AWS command line takes them (AWS_PROFILE, `aws sso login`, a CI role)';

const REMEDIES: ReadonlyArray<readonly [codes: RegExp, remedy: string]> = [
  [/^(CredentialsProviderError|NoCredentials)$/, `no AWS credentials were found: ${CREDENTIALS}`],
  [
    /^(ExpiredToken|ExpiredTokenException|RequestExpired)$/,
    'the credentials have expired: renew them and run the same command again',
  ],
  [
    /^(AuthFailure|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidSignatureException|InvalidAccessKeyId)$/,
    `AWS does not accept the credentials: ${CREDENTIALS}`,
  ],
  [/^InvalidAMIID\./, 'there is no such AMI in this region, or it is not shared with this account'],
  [/^ParameterNotFound$/, 'there is no such SSM parameter in this region'],
  [
    /^DependencyViolation$/,
    'something still uses it, such as an instance that is being ended: run the same command again in a few minutes',
  ],
  [
    /^(RequestLimitExceeded|Throttling|ThrottlingException)$/,
    'AWS limits the rate of calls: run the same command again in a minute',
  ],
];

const UNREACHABLE =
  /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EAI_AGAIN|TimeoutError|NetworkingError|socket hang up)\b/;

function remedyFor(operation: string, code: string, message: string): string {
  if (/^(UnauthorizedOperation|AccessDenied|AccessDeniedException)$/.test(code)) {
    return `the credentials may not call ${operation}: add it to their policy`;
  }
  if (UNREACHABLE.test(`${code} ${message}`)) {
    return 'AWS could not be reached: check the network, proxy settings and the region';
  }
  if (operation === 'kms:DescribeKey' && code === 'NotFoundException')
    return 'there is no such KMS key in this region: create it, or name another one';
  const known = REMEDIES.find(([codes]) => codes.test(code))?.[1];
  return (
    known ??
    `run the same command again; where it repeats, AWS's documentation of ${operation} explains ${code}`
  );
}

const DENIED = /^(?:UnauthorizedOperation|AccessDenied|AccessDeniedException|UnsupportedOperation)$/;

/** The call that was refused because it may not, or can't, be made here; undefined for any other error. */
export function deniedBy(error: unknown): AwsFailure | undefined {
  if (!(error instanceof Failed)) return undefined;
  return error.failures.find(
    (failure): failure is AwsFailure => failure.kind === 'aws' && DENIED.test(failure.code),
  );
}
