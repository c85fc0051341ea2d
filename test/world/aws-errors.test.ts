import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain } from '../../src/world/aws-errors.ts';

const NOW = new Date('2026-11-24T12:00:00Z');

/** What is said of an error of the SDK; `at`: AWS's time as its answer has it. */
function remedyOf(name: string, message = 'no', at?: string): string {
  const $response = at === undefined ? undefined : { headers: { date: new Date(at).toUTCString() } };
  const error = Object.assign(new Error(message), { name, $response });
  return explain('ec2:DescribeImages', error, NOW).remedy ?? '';
}

test('A clock that is wrong is told with by how much, whatever the service calls it.', () => {
  for (const name of [
    'RequestExpired',
    'AuthFailure',
    'SignatureDoesNotMatch',
    'InvalidSignatureException',
  ]) {
    assert.match(
      remedyOf(name, 'no', '2026-11-24T11:50:00Z'),
      /clock is 10 min ahead of AWS's: set it.*again; where it repeats, renew/,
    );
    assert.match(remedyOf(name, 'no', '2026-11-24T15:00:00Z'), /clock is 3 h behind AWS's/);
  }
});

test('An answer that names the time needs no date.', () => {
  assert.match(remedyOf('RequestTimeTooSkewed'), /clock is not AWS's: set it/);
  assert.match(
    remedyOf('SignatureDoesNotMatch', 'Signature expired: 1 is now earlier than 2'),
    /clock is not/,
  );
});

test('Credentials that are wrong or have expired are told so where the clock is right.', () => {
  const right = '2026-11-24T11:59:30Z';
  assert.match(remedyOf('RequestExpired', 'Request has expired.', right), /^the credentials have expired/);
  assert.match(remedyOf('ExpiredTokenException'), /^the credentials have expired/);
  assert.match(remedyOf('AuthFailure', 'no', right), /^AWS does not accept the credentials/);
  assert.match(remedyOf('InvalidSignatureException'), /^AWS does not accept the credentials/);
  assert.match(remedyOf('AccessDenied', 'no', right), /may not call ec2:DescribeImages/);
});

test('What has nothing to do with time is not told as a wrong clock, however wrong it is.', () => {
  const wrong = '2026-11-24T11:00:00Z';
  assert.match(remedyOf('RequestLimitExceeded', 'slow down', wrong), /limits the rate/);
  assert.match(remedyOf('AccessDenied', 'no', wrong), /may not call/);
  assert.match(remedyOf('ExpiredToken', 'no', wrong), /^the credentials have expired/);
});
