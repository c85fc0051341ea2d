/** The user's own checks, as real commands. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckPlace, CommandCheck } from '../../src/rollout/checks/model.ts';
import { runCheck } from '../../src/world/checks.ts';

const PLACE: CheckPlace = {
  group: 'web-asg',
  region: 'eu-west-1',
  refreshId: 'refresh-1',
  imageId: 'ami-0bbbbbbbbbbbbbbbb',
  stage: { kind: 'checkpoint', percent: 50 },
  instances: ['i-1', 'i-2'],
};

function run(command: string, limitSeconds = 30, signal = new AbortController().signal) {
  const check: CommandCheck = { kind: 'command', name: 'smoke', run: command, limitSeconds };
  const environment = { PATH: process.env.PATH ?? '', SAID: 'here' };
  return runCheck(check, PLACE, { folder: '/tmp', environment, signal });
}

test('exit code 0 is what is wanted', async () => {
  assert.deepEqual(await run('true'), { passed: true, why: '' });
  assert.deepEqual(await run('echo one; echo "no such page" >&2; exit 3'), {
    passed: false,
    why: 'exit code 3: no such page',
  });
});

test('it is told where the rollout stands, and inherits nothing but what it is given', async () => {
  const { why } = await run(
    'echo "$BAKE_GROUP $BAKE_REGION $BAKE_IMAGE $BAKE_REFRESH $BAKE_STAGE $BAKE_PERCENT $BAKE_INSTANCES $SAID $PWD$HOME"; exit 1',
  );
  assert.equal(
    why,
    'exit code 1: web-asg eu-west-1 ami-0bbbbbbbbbbbbbbbb refresh-1 checkpoint 50 i-1 i-2 here /tmp',
  );
});

test('at its limit it is killed, with all that it has begun', async () => {
  const { passed, why } = await run('sleep 600 & sleep 600 | cat; echo never', 1);
  assert.deepEqual([passed, why], [false, 'not ended after 1 s']);
});

test('an interruption ends it', async () => {
  const { passed } = await run('sleep 600', 600, AbortSignal.timeout(100));
  assert.equal(passed, false);
});

test('what cannot be started has failed', async () => {
  const { passed, why } = await run('/no/such/program');
  assert.equal(passed, false);
  assert.match(why, /^exit code 127/);
});
