/** SSM's commands in the rehearsal, asked through bake's own door; the containers are only imagined. */

import assert from 'node:assert/strict';
import { EC2Client } from '@aws-sdk/client-ec2';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateDocumentCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Failed } from '../../../src/failure.ts';
import { type CommandOutcome, runCommand, type WantedCommand } from '../../../src/instances/run-command.ts';
import { type Instances, openInstances } from '../../../src/world/instances.ts';
import { openObjectStore } from '../../../src/world/s3.ts';
import { openCommands } from '../../../src/world/ssm-commands.ts';
import type { Commands } from '../../../src/world/ssm-model.ts';
import { makeRole, signed } from '../../support/aws-by-hand.ts';
import { launchRunning } from './ec2-steps.ts';
import { CREDENTIALS, serverTests, type TestServer } from './support.ts';

const withServer = serverTests();
const PROFILE = 'managed';
let made = false;

/** `count` instances with an instance profile, in a region of their own. */
async function scene(server: TestServer, region: string, count: number) {
  const caller = { endpoint: server.endpoint, credentials: CREDENTIALS };
  if (!made) await makeRole(caller, PROFILE);
  made = true;
  const ec2 = new EC2Client({ ...server.client, region });
  const ids: string[] = [];
  for (let n = 0; n < count; n++)
    ids.push(await launchRunning(ec2, { IamInstanceProfile: { Name: PROFILE } }));
  return { ec2, ids, commands: openCommands({ ...server.client, region }), caller };
}

function run(
  commands: Commands,
  instanceIds: readonly string[],
  line: string,
  { instances, ...more }: Partial<WantedCommand> & { readonly instances?: Instances } = {},
) {
  return runCommand(
    {
      ...{ commands, ...(instances === undefined ? {} : { instances }) },
      sleep: () => new Promise((done) => setTimeout(done, 10)),
      isInterrupted: () => false,
    },
    {
      instanceIds,
      document: { name: 'AWS-RunShellScript' },
      parameters: { commands: [line] },
      step: 'runShellScript',
      ...more,
    },
  );
}

const kinds = (outcomes: ReadonlyMap<string, CommandOutcome>) =>
  [...outcomes.values()].map(({ kind }) => kind);

withServer('runs a script, says how it ended, and cuts what it says at 24,000 characters', async (server) => {
  const { commands, ids } = await scene(server, 'eu-west-1', 2);
  const [first = '', second = ''] = ids;
  server.machines.program = async (id, _argv, input) => ({
    exitCode: id === first ? 0 : 3,
    stdout: `${input}${'x'.repeat(30_000)}`,
    stderr: 'oh',
  });
  const outcomes = await run(commands, ids, 'echo hello', { maxErrors: 50 });
  assert.deepEqual(kinds(outcomes), ['done', 'failed']);
  assert.match(outcomes.get(first)?.stdout ?? '', /^echo hello\nx+\n---Output truncated---$/);
  assert.equal(outcomes.get(first)?.stdout.length, 24_000);
  assert.equal(outcomes.get(second)?.problem, 'runShellScript ended with exit code 3');
});

withServer('puts the whole output into S3', async (server) => {
  const { commands, ids } = await scene(server, 'eu-west-2', 1);
  const settings = { ...server.client, region: 'eu-west-2', forcePathStyle: true };
  await new S3Client(settings).send(
    new CreateBucketCommand({
      Bucket: 'outputs',
      CreateBucketConfiguration: { LocationConstraint: 'eu-west-2' },
    }),
  );
  server.machines.program = async () => ({ exitCode: 0, stdout: 'y'.repeat(100_000), stderr: '' });
  const id = await commands.send({
    instanceIds: ids,
    document: { name: 'AWS-RunShellScript' },
    parameters: { commands: ['true'] },
    outputTo: { bucket: 'outputs', prefix: 'some/where' },
  });
  while ((await commands.invocations(id)).some(({ state }) => state !== 'done'));
  const { stdoutAt } = await commands.output(id, ids[0] ?? '', 'runShellScript');
  assert.ok(stdoutAt);
  assert.equal((await openObjectStore(settings).read(stdoutAt))?.length, 100_000);
});

withServer('tells who can not be reached, and why', async (server) => {
  const { commands, ids, ec2, caller } = await scene(server, 'eu-west-3', 3);
  const [absent = '', lost = '', fine = ''] = ids;
  const withoutProfile = await launchRunning(ec2);
  await signed(caller, {
    ...{ service: 'rehearsal', method: 'PUT', path: '/_rehearsal/agents' },
    body: JSON.stringify({ [absent]: 'absent', [lost]: 'lost' }),
  });
  server.machines.program = async () => ({ exitCode: 0, stdout: '', stderr: '' });
  const instances = openInstances(async () => ec2);
  const outcomes = await run(commands, [...ids, withoutProfile], 'true', { instances });
  assert.equal(outcomes.get(fine)?.kind, 'done');
  assert.equal(outcomes.get(absent)?.kind, 'unreachable');
  assert.match(outcomes.get(absent)?.problem ?? '', /^SSM does not know it: no agent/);
  assert.match(outcomes.get(withoutProfile)?.problem ?? '', /instance profile/);
  assert.match(outcomes.get(lost)?.problem ?? '', /not online; it was last heard of at 20/);
  await assert.rejects(
    commands.send({ instanceIds: [absent], document: { name: 'AWS-RunShellScript' }, parameters: {} }),
    (error) => error instanceof Failed && error.failures[0]?.kind === 'aws',
  );
});

withServer('stops at the error limit, and outlives throttling', async (server) => {
  const { commands, ids, caller } = await scene(server, 'eu-north-1', 6);
  await signed(caller, {
    ...{ service: 'rehearsal', method: 'PUT', path: '/_rehearsal/faults' },
    body: JSON.stringify([
      {
        action: '*',
        share: 0.3,
        times: 20,
        effect: { kind: 'refuse', code: 'ThrottlingException', status: 400 },
      },
    ]),
  });
  server.machines.program = async () => ({ exitCode: 1, stdout: '', stderr: '' });
  const outcomes = await run(commands, ids, 'false', { maxConcurrency: 1, maxErrors: 1 });
  assert.deepEqual(kinds(outcomes).toSorted(), [...Array(4).fill('cancelled'), ...Array(2).fill('failed')]);
  await signed(caller, { service: 'rehearsal', method: 'PUT', path: '/_rehearsal/faults', body: '[]' });
});

withServer('cancels what waits and what runs', async (server) => {
  const { commands, ids } = await scene(server, 'eu-south-1', 2);
  let end = () => {};
  server.machines.program = (_id, argv) =>
    argv.includes('kill')
      ? Promise.resolve({ exitCode: 0, stdout: '', stderr: '' }).finally(end)
      : new Promise((resolve) => {
          end = () => resolve({ exitCode: 143, stdout: '', stderr: '' });
        });
  const id = await commands.send({
    instanceIds: ids,
    document: { name: 'AWS-RunShellScript' },
    parameters: { commands: ['sleep 1000'] },
    maxConcurrency: 1,
  });
  while (!(await commands.invocations(id)).some(({ state }) => state === 'running'));
  await commands.cancel(id);
  while ((await commands.invocations(id)).some(({ state }) => state !== 'cancelled'));
});

withServer('takes a document of its own, and of its parameters only what it allows', async (server) => {
  const { commands, ids, caller } = await scene(server, 'eu-central-1', 1);
  const settings = { ...server.client, region: 'eu-central-1', forcePathStyle: true };
  await new S3Client(settings).send(
    new CreateBucketCommand({
      Bucket: 'bundles',
      CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
    }),
  );
  await openObjectStore(settings).create({ bucket: 'bundles', key: 'p/0a.tar' }, Buffer.from('a bundle'));
  const content = JSON.stringify({
    schemaVersion: '2.2',
    parameters: { Digest: { type: 'String', allowedPattern: '^[0-9a-f]{2}$' } },
    mainSteps: [
      {
        action: 'aws:downloadContent',
        name: 'fetch',
        inputs: {
          onFailure: 'exit',
          sourceType: 'S3',
          sourceInfo: '{"path": "https://s3.eu-central-1.amazonaws.com/bundles/p/{{ Digest }}.tar"}',
          destinationPath: '/var/lib/x/',
        },
      },
      { action: 'aws:runShellScript', name: 'apply', inputs: { runCommand: ['apply {{ Digest }}'] } },
    ],
  });
  await new SSMClient(settings).send(
    new CreateDocumentCommand({ Name: 'bake-test', DocumentType: 'Command', Content: content }),
  );
  const found = await commands.document('bake-test');
  assert.equal(found?.content, content);
  assert.equal(await commands.document('no-such'), undefined);
  const inputs: string[] = [];
  server.machines.program = async (_id, _argv, input) => {
    inputs.push(input);
    return { exitCode: 0, stdout: 'applied', stderr: '' };
  };
  const own = { document: { name: 'bake-test', sha256: found?.sha256 ?? '' }, step: 'apply' };
  const outcomes = await run(commands, ids, '', { ...own, parameters: { Digest: ['0a'] } });
  assert.equal([...outcomes.values()][0]?.stdout, 'applied');
  assert.deepEqual(inputs, ['a bundle', 'apply 0a\n']);
  const missing = await run(commands, ids, '', { ...own, parameters: { Digest: ['0b'] } });
  assert.match([...missing.values()][0]?.problem ?? '', /^fetch ended with exit code 1/);
  for (const Digest of ['0a; reboot', '', '0A']) {
    await assert.rejects(
      run(commands, ids, '', { ...own, parameters: { Digest: [Digest] } }),
      /InvalidParameters/,
      Digest,
    );
  }
  await assert.rejects(
    run(commands, ids, '', {
      ...own,
      document: { name: 'bake-test', sha256: '0'.repeat(64) },
      parameters: { Digest: ['0a'] },
    }),
    /InvalidDocument/,
  );
  assert.ok(caller);
});

withServer('a document is installed by two at once, and an earlier content is run again', async (server) => {
  const { commands } = await scene(server, 'ca-central-1', 0);
  const content = (line: string) =>
    JSON.stringify({
      schemaVersion: '2.2',
      mainSteps: [{ action: 'aws:runShellScript', name: 'x', inputs: { runCommand: [line] } }],
    });
  const other = openCommands({ ...server.client, region: 'ca-central-1' });
  await Promise.all([commands.install('own', content('a')), other.install('own', content('a'))]);
  for (const line of ['b', 'a', 'a', 'c', 'b']) {
    await commands.install('own', content(line));
    assert.equal((await commands.document('own'))?.content, content(line));
  }
});
