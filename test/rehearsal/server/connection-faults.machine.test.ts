/** Calls that are held, dropped or answered late, and a clock that is wrong, as an AWS client meets them. */

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateKeyPairCommand,
  DescribeImagesCommand,
  DescribeKeyPairsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { signed } from '../../support/aws-by-hand.ts';
import { CREDENTIALS, serverTests, type TestServer } from './support.ts';

const serverTest = serverTests();

async function control(server: TestServer, method: string, path: string, body?: unknown): Promise<unknown> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const call = { service: 'rehearsal', method, path: `/_rehearsal/${path}`, ...content };
  return JSON.parse(await signed({ endpoint: server.endpoint, credentials: CREDENTIALS }, call));
}

/** Waits until a call is held, and says which. */
async function held(server: TestServer): Promise<unknown> {
  for (;;) {
    const calls = await control(server, 'GET', 'held');
    if (Array.isArray(calls) && calls.length > 0) return calls;
    await sleep(10);
  }
}

/** Whether there is a key pair of this name. */
async function hasKey(server: TestServer, name: string): Promise<boolean> {
  const { KeyPairs = [] } = await new EC2Client(server.client).send(new DescribeKeyPairsCommand({}));
  return KeyPairs.some(({ KeyName }) => KeyName === name);
}

const action = 'ec2:CreateKeyPair';

for (const moment of ['before', 'after'] as const) {
  serverTest(`a call is held ${moment} its effect until it is released`, async (server) => {
    const KeyName = `held-${moment}`;
    await control(server, 'PUT', 'faults', [{ action, effect: { kind: 'hold', moment } }]);
    const making = new EC2Client(server.client).send(new CreateKeyPairCommand({ KeyName }));
    assert.deepEqual(await held(server), [{ action, region: 'eu-west-1', moment }]);
    assert.equal(await hasKey(server, KeyName), moment === 'after');
    await control(server, 'DELETE', 'held');
    assert.equal((await making).KeyName, KeyName);
    assert.deepEqual(await control(server, 'GET', 'held'), []);
    assert.equal(await hasKey(server, KeyName), true);
  });

  serverTest(`a call held ${moment} its effect ends when nobody waits for it`, async (server) => {
    const KeyName = `left-${moment}`;
    await control(server, 'PUT', 'faults', [{ action, effect: { kind: 'hold', moment } }]);
    const leaving = new AbortController();
    const making = new EC2Client(server.client).send(new CreateKeyPairCommand({ KeyName }), {
      abortSignal: leaving.signal,
    });
    await held(server);
    leaving.abort();
    await assert.rejects(making);
    while (((await control(server, 'GET', 'held')) as unknown[]).length > 0) await sleep(10);
    assert.equal(await hasKey(server, KeyName), moment === 'after');
  });

  serverTest(`a connection is dropped ${moment} the effect`, async (server) => {
    const KeyName = `dropped-${moment}`;
    await control(server, 'PUT', 'faults', [{ action, effect: { kind: 'drop', moment } }]);
    const making = new EC2Client(server.client).send(new CreateKeyPairCommand({ KeyName }));
    await assert.rejects(making, /socket hang up|ECONNRESET/);
    assert.equal(await hasKey(server, KeyName), moment === 'after');
  });
}

serverTest('an answer comes late', async (server) => {
  const late = { action: 'ec2:DescribeImages', effect: { kind: 'late', milliseconds: 300 } };
  await control(server, 'PUT', 'faults', [late]);
  const startedAt = performance.now();
  await new EC2Client(server.client).send(new DescribeImagesCommand({}));
  assert.ok(performance.now() - startedAt >= 290);
});

serverTest('whose clock differs too much is refused, and can set it by the answer', async (server) => {
  await control(server, 'PUT', 'faults', [{ action: '*', effect: { kind: 'skew', seconds: 600 } }]);
  const ask = (maxAttempts: number) =>
    new EC2Client({ ...server.client, maxAttempts }).send(new DescribeImagesCommand({}));
  await assert.rejects(ask(1), (error: Error) => error.name === 'RequestExpired');
  assert.equal((await ask(2)).$metadata.httpStatusCode, 200);
  await control(server, 'PUT', 'faults', []);
  await ask(1);
});
