import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { DescribeImagesCommand, DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { signedHeaders } from './sign.ts';
import { ACCOUNT, type ClientOptions, CREDENTIALS, send, serverTests, type TestServer } from './support.ts';

const serverTest = serverTests();
const NONCE = 'a-nonce-of-this-test';

/** The code that each service refuses a client with. */
async function refusals(client: ClientOptions): Promise<readonly string[]> {
  const calls = [
    () => new EC2Client(client).send(new DescribeRegionsCommand({})),
    () => new STSClient(client).send(new GetCallerIdentityCommand({})),
    () => new SSMClient(client).send(new GetParameterCommand({ Name: '/x' })),
    () => new S3Client(client).send(new GetObjectCommand({ Bucket: 'bucket', Key: 'key' })),
  ];
  return await Promise.all(
    calls.map(async (call) => {
      const error: unknown = await call().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      return error instanceof Error ? error.name : 'not refused';
    }),
  );
}

serverTest('each service answers who signs with the right key', async ({ client }) => {
  const identity = await new STSClient(client).send(new GetCallerIdentityCommand({}));
  assert.equal(identity.Account, ACCOUNT);
  const { Regions = [] } = await new EC2Client(client).send(new DescribeRegionsCommand({}));
  assert.ok(Regions.length > 5);
});

serverTest('a wrong secret is refused in the words of each service', async ({ client }) => {
  const credentials = { ...CREDENTIALS, secretAccessKey: 'another secret' };
  assert.deepEqual(await refusals({ ...client, credentials }), [
    'SignatureDoesNotMatch',
    'SignatureDoesNotMatch',
    'InvalidSignatureException',
    'SignatureDoesNotMatch',
  ]);
});

serverTest('an unknown key is refused in the words of each service', async ({ client }) => {
  const credentials = { ...CREDENTIALS, accessKeyId: 'AKIASOMEBODYELSES001' };
  assert.deepEqual(await refusals({ ...client, credentials }), [
    'AuthFailure',
    'InvalidClientTokenId',
    'UnrecognizedClientException',
    'InvalidAccessKeyId',
  ]);
});

serverTest('a clock that is 16 minutes off is refused', async ({ client, clock }) => {
  clock.offset = 16 * 60_000;
  try {
    assert.deepEqual(await refusals(client), [
      'RequestExpired',
      'SignatureDoesNotMatch',
      'InvalidSignatureException',
      'RequestTimeTooSkewed',
    ]);
  } finally {
    clock.offset = 0;
  }
});

serverTest('who does not sign at all gets nothing', async ({ endpoint }) => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = 'Action=DescribeInstances&Version=2016-11-15';
  const query = await send({ url: endpoint, method: 'POST', headers: form, body });
  const object = await send({ url: `${endpoint}/bucket/key` });
  const control = await send({ url: `${endpoint}/_rehearsal/calls` });
  assert.deepEqual([query.status, object.status, control.status], [403, 403, 403]);
  assert.match(query.body, /<Code>MissingAuthenticationToken<\/Code>/);
  assert.match(object.body, /<Code>AccessDenied<\/Code>/);
});

serverTest('a request under another host name is refused, even with a good signature', async (server) => {
  const url = `${server.endpoint}/_rehearsal/hello?nonce=${NONCE}`;
  for (const host of [
    `localhost:${server.port}`,
    'evil.example',
    '127.0.0.1',
    `127.0.0.1:${server.port}.evil`,
  ]) {
    const hello = await send({ url, headers: { host } });
    assert.equal(hello.status, 403, host);
  }
  const signed = await signedHeaders({
    endpoint: `http://localhost:${server.port}`,
    path: '/_rehearsal/calls',
    credentials: CREDENTIALS,
  });
  const calls = await send({ url: `${server.endpoint}/_rehearsal/calls`, headers: signed });
  assert.equal(calls.status, 403);
});

serverTest('hello proves that the server knows the secret', async ({ endpoint }) => {
  const { status, body } = await send({ url: `${endpoint}/_rehearsal/hello?nonce=${NONCE}` });
  const proof = createHmac('sha256', CREDENTIALS.secretAccessKey).update(NONCE).digest('hex');
  assert.deepEqual([status, body], [200, proof]);
  const bad = await send({ url: `${endpoint}/_rehearsal/hello?nonce=${encodeURIComponent('a\nb')}` });
  assert.equal(bad.status, 400);
});

async function control(server: TestServer, method: string, path: string, body = ''): Promise<unknown> {
  const request = { endpoint: server.endpoint, method, path: `/_rehearsal/${path}`, body };
  const headers = await signedHeaders({ ...request, credentials: CREDENTIALS });
  const answer = await send({ url: `${server.endpoint}/_rehearsal/${path}`, method, headers, body });
  assert.equal(answer.status, 200, answer.body);
  return JSON.parse(answer.body);
}

serverTest('an injected fault is met by so many calls, and the SDK knows it', async (server) => {
  const effect = { kind: 'refuse', code: 'RequestLimitExceeded', status: 503 };
  await control(
    server,
    'PUT',
    'faults',
    JSON.stringify([{ action: 'ec2:DescribeImages', times: 2, effect }]),
  );
  const once = new EC2Client(server.client);
  const refused = (error: unknown) => error instanceof Error && error.name === 'RequestLimitExceeded';
  await assert.rejects(once.send(new DescribeImagesCommand({})), refused);
  const patient = new EC2Client({ ...server.client, maxAttempts: 3 });
  const { $metadata } = await patient.send(new DescribeImagesCommand({}));
  assert.equal($metadata.attempts, 2);
  assert.deepEqual(await control(server, 'GET', 'faults'), []);
});

serverTest(
  'calls are recorded with their outcome, and without anything secret in the log',
  async (server) => {
    await control(server, 'DELETE', 'calls');
    const ec2 = new EC2Client(server.client);
    await ec2.send(new DescribeImagesCommand({}));
    await ec2.send(new DescribeImagesCommand({ ImageIds: ['ami-00000000000000000'] })).catch(() => undefined);
    assert.deepEqual(await control(server, 'GET', 'calls'), [
      { action: 'rehearsal:control', region: 'eu-west-1', outcome: 'ok' },
      { action: 'ec2:DescribeImages', region: 'eu-west-1', outcome: 'ok' },
      { action: 'ec2:DescribeImages', region: 'eu-west-1', outcome: 'InvalidAMIID.NotFound' },
    ]);
    assert.match(server.lines.at(-2) ?? '', /^ec2:DescribeImages eu-west-1 InvalidAMIID\.NotFound \d+ ms$/);
    const log = server.lines.join('\n');
    assert.ok(!log.includes(CREDENTIALS.secretAccessKey) && !/Signature=|X-Amz-Signature/.test(log));
  },
);
