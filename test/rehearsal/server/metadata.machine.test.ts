import assert from 'node:assert/strict';
import { CreateKeyPairCommand, EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { launchRunning, untilInstance } from './ec2-steps.ts';
import { signedHeaders } from './sign.ts';
import { CREDENTIALS, type Response, send, serverTests, type TestServer } from './support.ts';

const serverTest = serverTests();

const TOKEN = 'x-aws-ec2-metadata-token';
const LIFETIME = 'x-aws-ec2-metadata-token-ttl-seconds';

interface Inside {
  readonly id: string;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Response>;
  readonly token: (lifetime: string, headers?: Record<string, string>) => Promise<Response>;
}

type Launch = Parameters<typeof launchRunning>[1];

/** Launches an instance, and lets the test speak from its address. */
async function inside(server: TestServer, launchOptions: Launch): Promise<Inside> {
  const ec2 = new EC2Client(server.client);
  const id = await launchRunning(ec2, launchOptions);
  const from = server.machines.bridgeAddressOf(id);
  const call = (method: string, path: string, headers: Record<string, string>) =>
    send({ url: `http://127.0.0.1:${server.metadataPort}${path}`, method, headers, from });
  return {
    id,
    get: (path, headers = {}) => call('GET', path, headers),
    token: (lifetime, headers = {}) =>
      call('PUT', '/latest/api/token', { ...headers, ...(lifetime === '' ? {} : { [LIFETIME]: lifetime }) }),
  };
}

/** What the instance's tools do: read everything that a listing leads to. */
async function crawl({ get }: Inside, path: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  const { body } = await get(path);
  for (const line of body.split('\n').filter((name) => name !== '')) {
    const name = /^(\d+)=/.exec(line)?.[1] ?? line;
    if (name.endsWith('/') || name !== line)
      Object.assign(found, await crawl({ get } as Inside, `${path}${name.replace(/\/$/, '')}/`));
    else found[path + name] = (await get(path + name)).body;
  }
  return found;
}

serverTest('an instance reads its own data, user data and identity, in every version', async (server) => {
  await new EC2Client(server.client).send(new CreateKeyPairCommand({ KeyName: 'login', KeyType: 'ed25519' }));
  const UserData = Buffer.from([0x23, 0x21, 0x00, 0xff]).toString('base64');
  const instance = await inside(server, { KeyName: 'login', UserData });
  const all = await crawl(instance, '/2009-04-04/meta-data/');
  assert.equal(all['/2009-04-04/meta-data/instance-id'], instance.id);
  assert.match(all['/2009-04-04/meta-data/public-keys/0/openssh-key'] ?? '', /^ssh-ed25519 \S+ login$/);
  assert.match(all['/2009-04-04/meta-data/placement/availability-zone'] ?? '', /^eu-west-1[abc]$/);
  assert.ok(Object.keys(all).some((path) => /macs\/[0-9a-f:]{17}\/local-ipv4s$/.test(path)));
  assert.deepEqual(await crawl(instance, '/2021-03-23/meta-data/public-keys/'), {
    '/2021-03-23/meta-data/public-keys/0/openssh-key': all['/2009-04-04/meta-data/public-keys/0/openssh-key'],
  });
  assert.equal((await instance.get('/latest/user-data')).headers['content-length'], '4');
  const document = JSON.parse((await instance.get('/latest/dynamic/instance-identity/document')).body);
  assert.deepEqual([document.instanceId, document.region], [instance.id, 'eu-west-1']);
  assert.match((await instance.get('/')).body, /^1\.0\n[\s\S]*2021-03-23\n[\s\S]*\nlatest$/);
  const statuses = ['/2099-01-01/meta-data/', '/latest/meta-data/none', '/latest/meta-data/iam/'];
  for (const path of statuses) assert.equal((await instance.get(path)).status, 404, path);
});

serverTest('where tokens are required, nothing is read without a good one', async (server) => {
  const MetadataOptions = { HttpTokens: 'required', InstanceMetadataTags: 'enabled' } as const;
  const Tags = [{ Key: 'role', Value: 'web' }];
  const instance = await inside(server, {
    MetadataOptions,
    TagSpecifications: [{ ResourceType: 'instance', Tags }],
  });
  const other = await inside(server, { MetadataOptions });
  assert.equal((await instance.get('/latest/meta-data/instance-id')).status, 401);
  const issued = await instance.token('60');
  assert.deepEqual([issued.status, issued.headers[LIFETIME]], [200, '60']);
  const read = (who: Inside, token: string) =>
    who.get('/latest/meta-data/tags/instance/role', { [TOKEN]: token });
  assert.equal((await read(instance, issued.body)).body, 'web');
  assert.equal((await read(other, issued.body)).status, 401);
  assert.equal((await read(instance, `${issued.body}0`)).status, 401);
  assert.equal((await read(instance, '')).status, 401);
  server.clock.offset = 61_000;
  assert.equal((await read(instance, issued.body)).status, 401);
  server.clock.offset = 0;
  const refused = await Promise.all([
    instance.token(''),
    instance.token('0'),
    instance.token('21601'),
    instance.token('60', { 'x-forwarded-for': '10.0.0.1' }),
  ]);
  assert.deepEqual(
    refused.map(({ status }) => status),
    [400, 400, 400, 403],
  );
});

serverTest(
  'strangers, ended instances and those with the service switched off read nothing',
  async (server) => {
    const url = `http://127.0.0.1:${server.metadataPort}/latest/meta-data/instance-id`;
    assert.equal((await send({ url, from: '127.99.0.1' })).status, 404);
    const off = await inside(server, { MetadataOptions: { HttpEndpoint: 'disabled' } });
    assert.equal((await off.get('/latest/meta-data/instance-id')).status, 403);
    const ended = await inside(server, {});
    assert.equal((await ended.get('/latest/meta-data/instance-id')).body, ended.id);
    const ec2 = new EC2Client(server.client);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [ended.id] }));
    await untilInstance(ec2, ended.id, 'terminated');
    assert.equal((await ended.get('/latest/meta-data/instance-id')).status, 404);
  },
);

/** IAM is called by hand: there is no client for it here. */
async function iam(server: TestServer, form: Readonly<Record<string, string>>): Promise<void> {
  const body = new URLSearchParams({ Version: '2010-05-08', ...form }).toString();
  const request = { endpoint: server.endpoint, path: '/', method: 'POST', body, service: 'iam' };
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const headers = await signedHeaders({ ...request, headers: type, credentials: CREDENTIALS });
  const answer = await send({ url: server.endpoint, method: 'POST', headers, body });
  assert.equal(answer.status, 200, answer.body);
}

serverTest("a role's credentials come through the metadata service, sign, and expire", async (server) => {
  await iam(server, { Action: 'CreateRole', RoleName: 'web-role', AssumeRolePolicyDocument: '{}' });
  await iam(server, { Action: 'CreateInstanceProfile', InstanceProfileName: 'web' });
  await iam(server, { Action: 'AddRoleToInstanceProfile', InstanceProfileName: 'web', RoleName: 'web-role' });
  const instance = await inside(server, { IamInstanceProfile: { Name: 'web' } });
  const folder = '/latest/meta-data/iam/security-credentials/';
  assert.equal((await instance.get(folder)).body, 'web-role');
  const document = JSON.parse((await instance.get(`${folder}web-role`)).body);
  assert.equal(document.Code, 'Success');
  assert.deepEqual(JSON.parse((await instance.get(`${folder}web-role`)).body), document);
  const credentials = {
    accessKeyId: document.AccessKeyId,
    secretAccessKey: document.SecretAccessKey,
    sessionToken: document.Token,
  };
  const identify = (changes: object) =>
    new STSClient({ ...server.client, credentials: { ...credentials, ...changes } }).send(
      new GetCallerIdentityCommand({}),
    );
  assert.match((await identify({})).Arn ?? '', new RegExp(`:assumed-role/web-role/${instance.id}$`));
  await assert.rejects(identify({ sessionToken: undefined }), { name: 'InvalidClientTokenId' });
  await assert.rejects(identify({ secretAccessKey: 'guessed' }), { name: 'SignatureDoesNotMatch' });
  server.clock.offset = 6 * 3_600_000 + 1000;
  await assert.rejects(identify({}), { name: 'ExpiredToken' });
  const renewed = JSON.parse((await instance.get(`${folder}web-role`)).body);
  server.clock.offset = 0;
  assert.notEqual(renewed.AccessKeyId, document.AccessKeyId);
});
