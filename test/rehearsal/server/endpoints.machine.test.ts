/** What instances reach by HTTPS: AWS's names for SSM and Secrets Manager, and hooks that record. */

import assert from 'node:assert/strict';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { EC2Client } from '@aws-sdk/client-ec2';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { scopeOf } from '../../../rehearsal/src/server/endpoints.ts';
import { makeEndpoints } from '../../../rehearsal/src/setup/endpoints.ts';
import { launchRunning } from './ec2-steps.ts';
import { type KeyPair, sdkSigner, signedHeaders } from './sign.ts';
import { CREDENTIALS, MOTO, type Response, send, serverTests, type TestServer } from './support.ts';

/** As `prepareMoto` writes it: the interpreter first, moto's folder before the rehearsal's name. */
const ENDPOINTS =
  MOTO === undefined ? undefined : await makeEndpoints({ executable: MOTO[0] ?? '' }, MOTO.at(-2) ?? '');

const serverTest = serverTests(ENDPOINTS);

interface Sent {
  readonly host: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly from?: string;
}

function sendTls(server: TestServer, { host, path = '/', method = 'POST', headers, body, from }: Sent) {
  return new Promise<Response>((resolve, reject) => {
    const options = {
      ...{ host: '127.0.0.1', port: server.endpointsPort, path, method, servername: host, agent: false },
      headers: { host, ...headers },
      ca: ENDPOINTS?.authority,
      ...(from === undefined ? {} : { localAddress: from }),
    };
    const sent = request(options, (message) => {
      text(message).then((content) => {
        resolve({ status: message.statusCode ?? 0, body: content, headers: message.headers });
      }, reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** A call as the notifier makes it. */
async function call(
  server: TestServer,
  target: string,
  body: object,
  options: { host: string; credentials: KeyPair; service?: string; region?: string },
): Promise<Response> {
  const {
    host,
    credentials,
    service = host.split('.')[0] ?? '',
    region = host.split('.')[1] ?? '',
  } = options;
  const headers = { host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  const signed = await sdkSigner(service, region, credentials).sign({
    ...{ method: 'POST', protocol: 'https:', hostname: host, path: '/', query: {}, headers },
    body: JSON.stringify(body),
  });
  return sendTls(server, { host, headers: signed.headers, body: JSON.stringify(body) });
}

const NAME = '/shop/ossec/slack';
const SSM = 'ssm.eu-west-1.amazonaws.com';
const GET = 'AmazonSSM.GetParameter';

async function putParameter(server: TestServer, value: string): Promise<void> {
  await new SSMClient(server.client).send(
    new PutParameterCommand({ Name: NAME, Value: value, Type: 'SecureString', Overwrite: true }),
  );
}

serverTest("answers AWS's names under a certificate for them", async (server) => {
  await putParameter(server, 'https://hooks.rehearsal.internal/one');
  const asked = { Name: NAME, WithDecryption: true };
  const answer = await call(server, GET, asked, { host: SSM, credentials: CREDENTIALS });
  assert.equal(JSON.parse(answer.body).Parameter.Value, 'https://hooks.rehearsal.internal/one');
  const host = 'secretsmanager.eu-west-1.amazonaws.com';
  const create = { Name: 'shop/hook', SecretString: 'https://hooks.rehearsal.internal/two' };
  await call(server, 'secretsmanager.CreateSecret', create, { host, credentials: CREDENTIALS });
  const secret = await call(
    server,
    'secretsmanager.GetSecretValue',
    { SecretId: 'shop/hook' },
    { host, credentials: CREDENTIALS },
  );
  assert.equal(JSON.parse(secret.body).SecretString, 'https://hooks.rehearsal.internal/two');
});

serverTest('refuses what is not signed for this service in this region', async (server) => {
  await putParameter(server, 'secret');
  const credentials = CREDENTIALS;
  const stranger = { accessKeyId: 'AKIASTRANGER00000001', secretAccessKey: 'guessed' };
  const wrongKey = { ...CREDENTIALS, secretAccessKey: 'guessed' };
  for (const options of [
    { host: SSM, credentials: stranger },
    { host: SSM, credentials: wrongKey },
    { host: SSM, credentials, region: 'eu-central-1' },
    { host: SSM, credentials, service: 'secretsmanager' },
  ]) {
    const answer = await call(server, GET, { Name: NAME }, options);
    assert.equal(answer.status, 400);
    assert.doesNotMatch(answer.body, /secret/);
  }
  const unsigned = await sendTls(server, { host: SSM, body: '{}', headers: { 'x-amz-target': GET } });
  assert.match(unsigned.body, /MissingAuthenticationToken/);
});

serverTest(
  'has nothing else for instances: no control, no proof of the secret, no other host',
  async (server) => {
    const path = '/_rehearsal/faults';
    const headers = await signedHeaders({
      endpoint: `https://${SSM}`,
      path,
      service: 'ssm',
      credentials: CREDENTIALS,
    });
    const control = await sendTls(server, { host: SSM, path, method: 'GET', headers });
    assert.equal(control.status, 400, control.body);
    const hello = await sendTls(server, {
      host: SSM,
      method: 'GET',
      path: '/_rehearsal/hello?nonce=12345678',
    });
    assert.equal(hello.status, 403, hello.body);
    assert.equal((await sendTls(server, { host: 'hooks.rehearsal.internal', method: 'GET' })).status, 404);
    const other = sendTls(server, { host: 'sts.amazonaws.com' });
    await assert.rejects(other, { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  },
);

serverTest('records what is posted to a hook, and by which instance', async (server) => {
  const id = await launchRunning(new EC2Client(server.client), {});
  const from = server.machines.bridgeAddressOf(id);
  const post = { host: 'hooks.rehearsal.internal', headers: { 'content-type': 'application/json' } };
  assert.equal((await sendTls(server, { ...post, path: '/team/a', body: '{"text":"ä"}', from })).status, 200);
  await control(server, 'PUT', '/_rehearsal/faults', [
    { action: 'hooks:post', effect: { kind: 'refuse', code: 'slow', status: 429 } },
  ]);
  assert.equal((await sendTls(server, { ...post, path: '/team/b', body: 'x' })).status, 429);
  const recorded = { contentType: 'application/json', instanceId: id };
  assert.deepEqual(JSON.parse((await control(server, 'GET', '/_rehearsal/hooks')).body), [
    { ...recorded, hook: 'team/a', body: '{"text":"ä"}', status: 200 },
    { hook: 'team/b', contentType: 'application/json', body: 'x', status: 429 },
  ]);
  await control(server, 'DELETE', '/_rehearsal/hooks');
  assert.equal((await control(server, 'GET', '/_rehearsal/hooks')).body, '[]');
});

async function control(
  server: TestServer,
  method: string,
  path: string,
  content?: unknown,
): Promise<Response> {
  const body = content === undefined ? {} : { body: JSON.stringify(content) };
  const { endpoint } = server;
  const headers = await signedHeaders({ endpoint, path, method, credentials: CREDENTIALS, ...body });
  return send({ url: `${endpoint}${path}`, method, headers, ...body });
}

test('only two services have endpoints here', () => {
  assert.deepEqual(scopeOf(SSM), { service: 'ssm', region: 'eu-west-1' });
  assert.deepEqual(scopeOf('secretsmanager.cn-north-1.amazonaws.com.cn'), {
    service: 'secretsmanager',
    region: 'cn-north-1',
  });
  for (const host of [
    'sts.eu-west-1.amazonaws.com',
    `${SSM}:443`,
    `${SSM}.evil.example`,
    'ssm..amazonaws.com',
    '',
  ]) {
    assert.equal(scopeOf(host), undefined, host);
  }
});
