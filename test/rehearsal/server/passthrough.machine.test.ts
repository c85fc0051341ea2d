import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import {
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DescribeFastLaunchImagesCommand,
  DescribeInstanceTypesCommand,
  DescribeKeyPairsCommand,
  DescribeTagsCommand,
  DescribeVpcsCommand,
  EC2Client,
  GetPasswordDataCommand,
  RegisterImageCommand,
  RequestSpotInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  GetInventoryCommand,
  GetParameterCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { launch } from './ec2-steps.ts';
import { sdkSigner, signedHeaders } from './sign.ts';
import { CREDENTIALS, DEBIAN, send, serverTests, type TestServer } from './support.ts';

const serverTest = serverTests();

async function bucket(server: TestServer, name: string): Promise<S3Client> {
  const s3 = new S3Client(server.client);
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
  await s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration }));
  return s3;
}

serverTest('S3 keeps objects whatever their names, streams too, and answers HEAD', async (server) => {
  const s3 = await bucket(server, 'things');
  for (const Key of ["a b/ü+&'(x)*!~", 'deep/er//path', 'percent%20']) {
    await s3.send(new PutObjectCommand({ Bucket: 'things', Key, Body: `body of ${Key}` }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'things', Key }));
    assert.equal(await Body?.transformToString(), `body of ${Key}`);
  }
  const stream = Readable.from([Buffer.alloc(70_000, 'a'), Buffer.from('z')]);
  await s3.send(
    new PutObjectCommand({ Bucket: 'things', Key: 'stream', Body: stream, ContentLength: 70_001 }),
  );
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'things', Key: 'stream' }));
  assert.equal((await Body?.transformToByteArray())?.length, 70_001);
  const head = await s3.send(new HeadObjectCommand({ Bucket: 'things', Key: 'stream' }));
  assert.equal(head.ContentLength, 70_001);
  await assert.rejects(s3.send(new GetObjectCommand({ Bucket: 'things', Key: 'none' })), {
    name: 'NoSuchKey',
  });
});

serverTest('a presigned address works without any header, until somebody changes it', async (server) => {
  const s3 = await bucket(server, 'presigned');
  await s3.send(new PutObjectCommand({ Bucket: 'presigned', Key: 'key', Body: 'content' }));
  const { host, hostname, port } = new URL(server.endpoint);
  const { query = {} } = await sdkSigner('s3', 'eu-west-1', CREDENTIALS).presign({
    method: 'GET',
    protocol: 'http:',
    hostname,
    port: Number(port),
    path: '/presigned/key',
    query: {},
    headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  });
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const url = `${server.endpoint}/presigned/key?${search}`;
  assert.equal((await send({ url })).body, 'content');
  assert.match((await send({ url: url.replace('/key', '/key2') })).body, /SignatureDoesNotMatch/);
  assert.match((await send({ url: `${url}&versionId=1` })).body, /SignatureDoesNotMatch/);
});

serverTest('a body that is not the one that was signed is refused, and not kept', async (server) => {
  const s3 = await bucket(server, 'bodies');
  const request = { endpoint: server.endpoint, path: '/bodies/key', method: 'PUT', body: 'signed' };
  const headers = await signedHeaders({ ...request, service: 's3', credentials: CREDENTIALS });
  const url = `${server.endpoint}/bodies/key`;
  const refused = await send({ url, method: 'PUT', headers, body: 'smuggled' });
  assert.match(refused.body, /XAmzContentSHA256Mismatch/);
  await assert.rejects(s3.send(new GetObjectCommand({ Bucket: 'bodies', Key: 'key' })), {
    name: 'NoSuchKey',
  });
  assert.equal((await send({ url, method: 'PUT', headers, body: 'signed' })).status, 200);
});

serverTest('public parameters name the images, alone and among others', async ({ client }) => {
  const ssm = new SSMClient(client);
  await ssm.send(new PutParameterCommand({ Name: '/mine', Value: 'x', Type: 'String' }));
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: DEBIAN.ssmParameter }));
  assert.equal(Parameter?.Value, DEBIAN.imageId);
  const both = await ssm.send(new GetParametersCommand({ Names: ['/mine', DEBIAN.ssmParameter, '/none'] }));
  assert.deepEqual(both.Parameters?.map(({ Name, Value }) => [Name, Value]).sort(), [
    [DEBIAN.ssmParameter, DEBIAN.imageId],
    ['/mine', 'x'],
  ]);
  assert.deepEqual(both.InvalidParameters, ['/none']);
  await assert.rejects(ssm.send(new GetParameterCommand({ Name: '/none' })), { name: 'ParameterNotFound' });
});

serverTest('what moto does not do is refused cleanly, in either wire format', async ({ client, lines }) => {
  const unsupported = (error: unknown) => error instanceof Error && error.name === 'UnsupportedOperation';
  const ec2 = new EC2Client(client);
  await assert.rejects(ec2.send(new DescribeFastLaunchImagesCommand({})), unsupported);
  await assert.rejects(new SSMClient(client).send(new GetInventoryCommand({})), unsupported);
  assert.ok(
    lines.some((line) => line.startsWith('ec2:DescribeFastLaunchImages eu-west-1 UnsupportedOperation')),
  );
});

serverTest(
  'what is not done on an instance says so, and not that there is no instance',
  async ({ client }) => {
    const ec2 = new EC2Client(client);
    const { InstanceId } = await launch(ec2);
    await assert.rejects(ec2.send(new GetPasswordDataCommand({ InstanceId })), {
      name: 'UnsupportedOperation',
      message: `The rehearsal does not do ec2:GetPasswordData on ${InstanceId}.`,
    });
  },
);

serverTest('what would only be imagined is refused, by its name', async ({ client }) => {
  const ec2 = new EC2Client(client);
  const refused = (what: string) => ({
    name: 'UnsupportedOperation',
    message: `The rehearsal does not do ${what}.`,
  });
  await assert.rejects(ec2.send(new RegisterImageCommand({ Name: 'new' })), refused('ec2:RegisterImage'));
  await assert.rejects(
    ec2.send(new RequestSpotInstancesCommand({ InstanceCount: 1 })),
    refused('ec2:RequestSpotInstances'),
  );
  await assert.rejects(
    launch(ec2, { InstanceMarketOptions: { MarketType: 'spot' } }),
    refused('ec2:RunInstances for anything but on-demand instances'),
  );
  await assert.rejects(
    launch(ec2, { NetworkInterfaces: [{ DeviceIndex: 0 }, { DeviceIndex: 1 }] }),
    refused('ec2:RunInstances with more than one network interface'),
  );
});

serverTest('keys, types and networks are there', async ({ client }) => {
  const ec2 = new EC2Client(client);
  await ec2.send(new CreateKeyPairCommand({ KeyName: 'k', KeyType: 'ed25519' }));
  const { KeyPairs } = await ec2.send(
    new DescribeKeyPairsCommand({ KeyNames: ['k'], IncludePublicKey: true }),
  );
  assert.match(KeyPairs?.[0]?.PublicKey ?? '', /^ssh-ed25519 /);
  const types = await ec2.send(
    new DescribeInstanceTypesCommand({ InstanceTypes: ['t3.micro', 't4g.micro'] }),
  );
  assert.equal(types.InstanceTypes?.length, 2);
  const { Vpcs } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }),
  );
  assert.equal(Vpcs?.length, 1);
});

serverTest(
  "tags of moto's resources and of the server's own are made and shown together",
  async ({ client }) => {
    const ec2 = new EC2Client({ ...client, region: 'eu-north-1' });
    const { InstanceId } = await launch(ec2);
    const { GroupId = '' } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: 'g', Description: 'g' }),
    );
    const Tags = [{ Key: 'run', Value: '<1> & "2"' }];
    await ec2.send(new CreateTagsCommand({ Resources: [InstanceId, GroupId], Tags }));
    const shown = await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: 'key', Values: ['run'] }] }));
    assert.deepEqual(
      shown.Tags?.map(({ ResourceId, ResourceType, Value }) => [ResourceId, ResourceType, Value]),
      [
        [InstanceId, 'instance', '<1> & "2"'],
        [GroupId, 'security-group', '<1> & "2"'],
      ],
    );
    await assert.rejects(
      ec2.send(
        new CreateTagsCommand({ Resources: [InstanceId, 'vol-00000000000000000'], Tags: [{ Key: 'b' }] }),
      ),
      { name: 'InvalidVolume.NotFound' },
    );
  },
);
