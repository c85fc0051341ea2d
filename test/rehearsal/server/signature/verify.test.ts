import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SignatureV4 } from '@smithy/signature-v4';
import type { HttpRequest } from '@smithy/types';
import type { RequestHead } from '../../../../rehearsal/src/server/http.ts';
import {
  type Authorization,
  readAuthorization,
} from '../../../../rehearsal/src/server/signature/authorization.ts';
import {
  canonicalRequest,
  expectedSignature,
  sha256,
} from '../../../../rehearsal/src/server/signature/canonical.ts';
import {
  checkAuthorization,
  checkPayload,
  checkSignature,
  claimedPayload,
} from '../../../../rehearsal/src/server/signature/verify.ts';
import { sdkSigner } from '../sign.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const NOW = new Date('2015-08-30T12:36:00Z');

function signer(service: string): SignatureV4 {
  return sdkSigner(service, 'us-east-1', { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET });
}

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

function request({ method = 'POST', path = '/', query = {}, headers = {}, body = '' }: Sent): HttpRequest {
  return {
    method,
    protocol: 'http:',
    hostname: '127.0.0.1',
    path,
    query,
    headers: { host: '127.0.0.1:4000', ...headers },
    body,
  };
}

/** What arrives on the wire. */
function received({ method, path, query = {}, headers }: HttpRequest): RequestHead {
  const search = Object.entries(query).map(([name, value]) =>
    [name, String(value)].map(encodeURIComponent).join('='),
  );
  return {
    method,
    path,
    query: search.join('&'),
    headers: Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  };
}

function authorizationOf(head: RequestHead): Authorization {
  const authorization = readAuthorization(head);
  assert.ok(authorization !== undefined && authorization !== 'malformed');
  return authorization;
}

/** The signature that AWS's documentation works out by hand for `GET /?Action=ListUsers` of IAM. */
test("AWS's published example gets AWS's published signature", () => {
  const head: RequestHead = {
    method: 'GET',
    path: '/',
    query: 'Action=ListUsers&Version=2010-05-08',
    headers: [
      ['content-type', 'application/x-www-form-urlencoded; charset=utf-8'],
      ['host', 'iam.amazonaws.com'],
      ['x-amz-date', '20150830T123600Z'],
      [
        'authorization',
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, ' +
          'SignedHeaders=content-type;host;x-amz-date, ' +
          'Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
      ],
    ],
  };
  const authorization = authorizationOf(head);
  assert.equal(
    sha256(canonicalRequest(head, authorization, sha256(''))),
    'f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59',
  );
  assert.equal(expectedSignature(head, authorization, SECRET, sha256('')), authorization.signature);
  assert.equal(checkSignature(head, authorization, SECRET, sha256('')), undefined);
});

test("what the SDKs' signer signs is accepted, and nothing that differs from it", async () => {
  const cases: readonly (readonly [service: string, sent: Sent])[] = [
    ['ec2', { body: 'Action=DescribeImages&Filter.1.Value.1=a%20b' }],
    ['ec2', { method: 'GET', query: { Action: 'DescribeImages', 'Name.1': "a b+c/d!*'()é" } }],
    [
      'ssm',
      { headers: { 'x-amz-target': 'AmazonSSM.GetParameter', 'x-many': '  two   spaces ' }, body: '{}' },
    ],
    ['lambda', { path: '/functions/a%20b:1' }],
  ];
  for (const [service, sent] of cases) {
    const signed = await signer(service).sign(request(sent), { signingDate: NOW });
    const head = received(signed);
    const authorization = authorizationOf(head);
    const hash = sha256(sent.body ?? '');
    assert.equal(checkSignature(head, authorization, SECRET, hash), undefined, JSON.stringify(sent));
    assert.equal(checkSignature(head, authorization, 'another secret', hash), 'mismatch');
    assert.equal(checkSignature(head, authorization, SECRET, sha256('other body')), 'mismatch');
    assert.equal(checkSignature({ ...head, path: '/x' }, authorization, SECRET, hash), 'mismatch');
    assert.equal(checkSignature({ ...head, query: 'x=1' }, authorization, SECRET, hash), 'mismatch');
    assert.equal(checkSignature({ ...head, method: 'PUT' }, authorization, SECRET, hash), 'mismatch');
  }
});

test('a header that AWS reads must be signed', async () => {
  const head = received(await signer('ssm').sign(request({ body: '{}' }), { signingDate: NOW }));
  const added: RequestHead = {
    ...head,
    headers: [...head.headers, ['x-amz-target', 'AmazonSSM.PutParameter']],
  };
  assert.equal(checkSignature(added, authorizationOf(added), SECRET, sha256('{}')), 'mismatch');
  const harmless: RequestHead = { ...head, headers: [...head.headers, ['user-agent', 'x']] };
  assert.equal(checkSignature(harmless, authorizationOf(harmless), SECRET, sha256('{}')), undefined);
});

test('S3 may sign that a body is not hashed; other services may not', async () => {
  const put = {
    method: 'PUT',
    path: '/bucket/a%20b',
    headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  };
  const head = received(await signer('s3').sign(request(put), { signingDate: NOW }));
  const authorization = authorizationOf(head);
  assert.equal(claimedPayload(head, authorization), 'UNSIGNED-PAYLOAD');
  assert.equal(checkSignature(head, authorization, SECRET, 'UNSIGNED-PAYLOAD'), undefined);
  assert.equal(claimedPayload(head, { ...authorization, service: 'ec2' }), undefined);
});

test('a body must have the hash that was claimed, unless it was claimed to have none', () => {
  assert.equal(checkPayload(sha256('x'), Buffer.from('x')), undefined);
  assert.equal(checkPayload(sha256('x'), Buffer.from('y')), 'wrong-payload');
  assert.equal(checkPayload('UNSIGNED-PAYLOAD', Buffer.from('y')), undefined);
  assert.equal(checkPayload('STREAMING-UNSIGNED-PAYLOAD-TRAILER', Buffer.from('y')), undefined);
  assert.equal(checkPayload('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', Buffer.from('y')), undefined);
  assert.equal(checkPayload('ANYTHING', Buffer.from('y')), 'wrong-payload');
});

test('a presigned address is good until it expires', async () => {
  const get = request({ method: 'GET', path: '/bucket/key', headers: {} });
  const head = received(await signer('s3').presign(get, { signingDate: NOW, expiresIn: 60 }));
  const authorization = authorizationOf(head);
  const keys = { accessKeyId: 'x', secretAccessKey: SECRET, sessionToken: undefined, expiration: undefined };
  const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
  const payload = sha256('');
  assert.equal(checkSignature(head, authorization, SECRET, payload), undefined);
  assert.equal(checkAuthorization(authorization, keys, at(59)), undefined);
  assert.equal(checkAuthorization(authorization, keys, at(61)), 'expired');
  assert.equal(checkAuthorization(authorization, keys, at(-1000)), 'skewed');
});

test('keys, tokens and clocks are checked', async () => {
  const authorization = authorizationOf(
    received(await signer('ec2').sign(request({ body: 'x' }), { signingDate: NOW })),
  );
  const withToken = { ...authorization, sessionToken: 'token' };
  const keys = { accessKeyId: 'x', secretAccessKey: SECRET, sessionToken: undefined, expiration: undefined };
  const issued = { ...keys, sessionToken: 'token', expiration: new Date(NOW.getTime() + 1000) };
  const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000);
  assert.equal(checkAuthorization(authorization, undefined, NOW), 'unknown-key');
  assert.equal(checkAuthorization(authorization, keys, minutes(5)), undefined);
  assert.equal(checkAuthorization(authorization, keys, minutes(6)), 'skewed');
  assert.equal(checkAuthorization(authorization, keys, minutes(-6)), 'skewed');
  const forS3 = { ...authorization, service: 's3' };
  assert.equal(checkAuthorization(forS3, keys, minutes(15)), undefined);
  assert.equal(checkAuthorization(forS3, keys, minutes(16)), 'skewed');
  assert.equal(checkAuthorization(withToken, keys, NOW), 'wrong-token');
  assert.equal(checkAuthorization(authorization, issued, NOW), 'wrong-token');
  assert.equal(checkAuthorization(withToken, issued, NOW), undefined);
  assert.equal(checkAuthorization(withToken, issued, minutes(1)), 'expired-token');
});

test('what can not be read as a signature is called malformed', () => {
  const scope = 'AKID/20150830/us-east-1/ec2/aws4_request';
  const good = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
  const read = (authorization: string, date = '20150830T123600Z') =>
    readAuthorization({
      method: 'POST',
      path: '/',
      query: '',
      headers: [
        ['authorization', authorization],
        ['x-amz-date', date],
      ],
    });
  assert.notEqual(read(good), 'malformed');
  assert.equal(read(good, '20150831T123600Z'), 'malformed');
  assert.equal(read(good, '20159930T123600Z'), 'malformed');
  assert.equal(read('Bearer x'), 'malformed');
  assert.equal(read(good.replace('SignedHeaders=host', 'SignedHeaders=x-amz-date')), 'malformed');
  assert.equal(read(good.replace(/0{64}/, 'short')), 'malformed');
  assert.equal(read(good.replace('us-east-1', 'us east')), 'malformed');
  assert.equal(readAuthorization({ method: 'GET', path: '/', query: '', headers: [] }), undefined);
  const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${scope}&X-Amz-Expires=9999999`;
  assert.equal(readAuthorization({ method: 'GET', path: '/', query, headers: [] }), 'malformed');
});
