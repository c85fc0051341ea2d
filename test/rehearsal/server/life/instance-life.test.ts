import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InstanceLife } from '../../../../rehearsal/src/server/life/instance-life.ts';
import { WorkQueue } from '../../../../rehearsal/src/server/life/work-queue.ts';
import {
  change,
  emptyState,
  type Instance,
  type State,
} from '../../../../rehearsal/src/server/state/model.ts';
import { ImaginedMachines, imaginedInstance } from '../imagined.ts';

const ID = 'i-0123456789abcdef0';

interface Scene {
  readonly state: State;
  readonly life: InstanceLife;
  readonly machines: ImaginedMachines;
  readonly lines: string[];
  /** The instance's state now. */
  readonly now: () => string | undefined;
  /** Waits until all work is done. */
  readonly done: () => Promise<void>;
}

function scene(changes: Partial<Instance> = {}): Scene {
  const state = emptyState();
  const queue = new WorkQueue();
  const machines = new ImaginedMachines();
  const lines: string[] = [];
  machines.milliseconds = 1;
  const life = new InstanceLife({
    state,
    machines,
    queue,
    log: (line) => lines.push(line),
    now: () => new Date('2026-11-01T12:00:00Z'),
    isSilent: async ({ securityGroups }) => securityGroups.some(({ name }) => name === 'silent'),
    released: () => machines.log.push('released'),
  });
  machines.watch((id) => life.ended(id));
  state.instances.set(ID, imaginedInstance({ id: ID, ...changes }));
  const done = async () => {
    while (queue.isBusy(ID)) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  return { state, life, machines, lines, done, now: () => state.instances.get(ID)?.state };
}

test('an instance goes from pending to running, stopped, running and terminated as its container does', async () => {
  const { life, machines, now, done } = scene();
  life.launch(ID, 'ami-1', undefined);
  assert.equal(now(), 'pending');
  await done();
  assert.equal(now(), 'running');
  life.stop(ID);
  assert.equal(now(), 'stopping');
  await done();
  assert.equal(now(), 'stopped');
  life.start(ID);
  assert.equal(now(), 'pending');
  await done();
  assert.equal(now(), 'running');
  life.terminate(ID);
  assert.equal(now(), 'shutting-down');
  await done();
  assert.equal(now(), 'terminated');
  assert.deepEqual(machines.log, [
    `launch ${ID} ami-1`,
    `stop ${ID}`,
    `start ${ID}`,
    `terminate ${ID}`,
    'released',
  ]);
});

const SILENT = { securityGroups: [{ id: 'sg-2', name: 'silent' }] };

test('an instance whose groups let nothing out is silent before it starts, and as they say from then on', async () => {
  const { life, machines, state, done } = scene(SILENT);
  life.launch(ID, 'ami-1', undefined);
  await done();
  assert.deepEqual([...machines.silent], [ID]);
  change(state.instances, ID, { securityGroups: [] });
  await life.confine(ID);
  assert.deepEqual([...machines.silent], []);
});

test('one that can not be made silent is not launched', async () => {
  const { life, machines, now, done } = scene(SILENT);
  machines.failing.add('silence');
  life.launch(ID, 'ami-1', undefined);
  await done();
  assert.equal(now(), 'terminated');
  assert.deepEqual(machines.log, [`terminate ${ID}`, 'released']);
});

test('a launch that fails ends terminated, says why, and leaves no container', async () => {
  const { life, machines, state, done } = scene();
  machines.failing.add('launch');
  life.launch(ID, 'ami-1', undefined);
  await done();
  assert.equal(state.instances.get(ID)?.state, 'terminated');
  assert.match(state.instances.get(ID)?.stateReason?.message ?? '', /Server\.InternalError: .*launch fails/);
  assert.ok(machines.log.includes(`terminate ${ID}`));
});

test('an instance that is terminated while it is launched does not come to life', async () => {
  const { life, machines, now, done } = scene();
  life.launch(ID, 'ami-1', undefined);
  life.terminate(ID);
  assert.equal(now(), 'shutting-down');
  await done();
  assert.equal(now(), 'terminated');
  assert.deepEqual(machines.log.at(-2), `terminate ${ID}`);
});

test('who powers off inside stops the instance, or terminates it where the launch said so', async () => {
  for (const [shutdownBehavior, end] of [
    ['stop', 'stopped'],
    ['terminate', 'terminated'],
  ] as const) {
    const { machines, state, done } = scene({ state: 'running', shutdownBehavior });
    machines.powerOff(ID);
    await done();
    assert.equal(state.instances.get(ID)?.state, end);
    assert.equal(state.instances.get(ID)?.stateReason?.code, 'Client.InstanceInitiatedShutdown');
  }
});

test('a reboot is no shutdown', async () => {
  const { life, machines, now, done } = scene({ state: 'running', shutdownBehavior: 'terminate' });
  life.reboot(ID);
  await done();
  assert.equal(now(), 'running');
  assert.deepEqual(machines.log, [`stop ${ID}`, `start ${ID}`]);
});

test('an instance that can not be stopped runs on, and one that can not be started stays stopped', async () => {
  const { life, machines, lines, now, done } = scene({ state: 'running' });
  machines.failing.add('stop').add('start');
  life.stop(ID);
  await done();
  assert.equal(now(), 'running');
  machines.failing.delete('stop');
  life.stop(ID);
  await done();
  life.start(ID);
  await done();
  assert.equal(now(), 'stopped');
  assert.deepEqual(lines, [
    `stop of ${ID} failed: stop fails in this test`,
    `start of ${ID} failed: start fails in this test`,
  ]);
});
