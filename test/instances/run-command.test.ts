import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand, whyUnreachable } from '../../src/instances/run-command.ts';
import type { Commands, Invocation } from '../../src/world/ssm-model.ts';
import { readInvocation } from '../../src/world/ssm-read.ts';

/** An SSM whose commands end at the second look. */
function imaginedCommands() {
  const sent: string[][] = [];
  const looks = new Map<string, number>();
  const commands: Commands = {
    managed: async (ids) =>
      ids.map((id) => ({ id, online: id !== 'i-lost', lastSeenAt: undefined, platform: '' })),
    document: async () => undefined,
    send: async ({ instanceIds }) => `c${sent.push([...instanceIds]) - 1}`,
    invocations: async (id) => {
      const look = (looks.get(id) ?? 0) + 1;
      looks.set(id, look);
      return (sent[Number(id.slice(1))] ?? []).map(
        (instanceId): Invocation => ({
          instanceId,
          state: look < 2 ? 'running' : 'done',
          details: '',
          steps: look < 2 ? [] : [{ name: 'only', exitCode: 0, output: '' }],
        }),
      );
    },
    output: async (_, id) => ({ stdout: `of ${id}`, stderr: '', exitCode: 0, stdoutAt: undefined }),
    history: async () => [],
    install: async () => {},
    removeOtherVersions: async () => {},
    cancel: async (id) => void sent.push([`cancel ${id}`]),
  };
  return { commands, sent };
}

const ids = (count: number) => Array.from({ length: count }, (_, n) => `i-${n}`);
const wanted = { document: { name: 'd' }, parameters: {}, step: 'only' };

test('fifty instances are one command, and who is not online gets none', async () => {
  const { commands, sent } = imaginedCommands();
  const doors = { commands, sleep: async () => {}, isInterrupted: () => false };
  const outcomes = await runCommand(doors, { ...wanted, instanceIds: ['i-lost', ...ids(120)] });
  assert.deepEqual(
    sent.map(({ length }) => length),
    [50, 50, 20],
  );
  assert.equal(outcomes.get('i-lost')?.kind, 'unreachable');
  assert.equal(outcomes.get('i-119')?.stdout, 'of i-119');
});

test('an interruption cancels what was sent, and sends no more', async () => {
  const { commands, sent } = imaginedCommands();
  let interrupted = false;
  const sleep = async () => {
    interrupted = true;
  };
  const doors = { commands, sleep, isInterrupted: () => interrupted };
  const outcomes = await runCommand(doors, { ...wanted, instanceIds: ids(60) });
  assert.deepEqual(sent.at(-1), ['cancel c0']);
  assert.equal(sent.length, 2);
  assert.ok([...outcomes.values()].every(({ kind }) => kind === 'cancelled'));
});

test('an instance that is ended meanwhile is not waited for', async () => {
  const { commands } = imaginedCommands();
  const endless = {
    ...commands,
    invocations: async (): Promise<Invocation[]> => [
      { instanceId: 'i-0', state: 'running', details: '', steps: [] },
    ],
  };
  let seconds = 0;
  const doors = {
    commands: endless,
    instances: {
      describe: async (ids: readonly string[]) =>
        ids.map((id) => ({ id, imageId: '', state: 'terminated', hasProfile: true, tags: new Map() })),
    },
    sleep: async (pause: number) => {
      seconds += pause;
    },
    isInterrupted: () => seconds > 100,
  };
  const outcome = (await runCommand(doors, { ...wanted, instanceIds: ['i-0'] })).get('i-0');
  assert.deepEqual(
    [outcome?.kind, outcome?.problem],
    ['unreachable', 'it does not run: EC2 says terminated'],
  );
});

test('why an instance is not reached: it does not run, has no profile, no agent, or was lost', () => {
  const known = { state: 'running', hasProfile: true };
  const managed = { id: 'i', online: false, lastSeenAt: '2026-07-01', platform: '' };
  assert.match(whyUnreachable(undefined, { ...known, state: 'stopped' }), /does not run: EC2 says stopped/);
  assert.match(whyUnreachable(undefined, { ...known, hasProfile: false }), /no instance profile/);
  for (const one of [known, undefined]) {
    assert.match(whyUnreachable(undefined, one), /does not know it: no agent runs there, or its role/);
    assert.match(whyUnreachable(managed, one), /not online; it was last heard of at 2026-07-01/);
  }
});

test("SSM's words for how it ended", () => {
  const stateOf = (Status: string, StatusDetails: string) =>
    readInvocation({ Status: Status as never, StatusDetails }).state;
  assert.equal(stateOf('TimedOut', 'Delivery Timed Out'), 'not-delivered');
  assert.equal(stateOf('TimedOut', 'DeliveryTimedOut'), 'not-delivered');
  assert.equal(stateOf('Failed', 'Undeliverable'), 'not-delivered');
  assert.equal(stateOf('TimedOut', 'Execution Timed Out'), 'failed');
  assert.equal(stateOf('Cancelled', 'Terminated'), 'cancelled');
});
