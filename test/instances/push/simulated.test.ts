/** Five hundred instances that are only simulated, with all that goes wrong among so many, on a clock of their own. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failed } from '../../../src/failure.ts';
import type { PushOutcome } from '../../../src/instances/push/outcome.ts';
import { runPush } from '../../../src/instances/push/run.ts';
import { sizeOf } from '../../../src/instances/push/waves.ts';
import type { CommandRequest } from '../../../src/world/ssm-model.ts';
import { COUNT, SECONDS, SimulatedSsm } from './simulated-ssm.ts';

const NEW = 'b'.repeat(64);

async function push(
  world: Pick<SimulatedSsm, 'commands' | 'sleep' | 'run'>,
  ids: readonly string[],
  maxErrors: number,
  { isStopping = (): boolean => false, maxConcurrency = '10%', bundleOf = (_: string) => NEW } = {},
) {
  const recorded: PushOutcome[] = [];
  const targets = ids.map((instanceId) => ({ instanceId, bundle: bundleOf(instanceId) }));
  const waves = 1 + Math.ceil((ids.length - 1) / sizeOf(maxConcurrency, ids.length));
  const { outcomes, failure } = await world.run(() =>
    runPush(
      {
        commands: world.commands,
        sleep: world.sleep,
        isInterrupted: () => false,
        isStopping,
        onWave: () => {},
        onOutcome: () => {},
        record: async (updated) => {
          recorded.push(...updated);
        },
      },
      {
        targets,
        pace: { canary: 1, maxConcurrency },
        maxErrors,
        document: { name: 'bake-push-shop', content: '' },
        documentSha256: '',
        comment: '',
      },
    ),
  );
  return { outcomes, failure, recorded, ideal: waves * SECONDS };
}

test('every instance ends on the new or the old version, in at most 1.2 times the time of its waves', async (t) => {
  const world = new SimulatedSsm();
  const ids = [...world.instances.keys()];
  const { outcomes, recorded, ideal } = await push(world, ids, 50);
  assert.equal(outcomes.length, COUNT);
  for (const { instanceId, kind } of outcomes) {
    const one = world.instances.get(instanceId);
    const expected = { well: 'updated', unhealthy: 'rolled-back', unreachable: 'unreachable' } as const;
    assert.equal(kind, one && expected[one.fate]);
    assert.equal(one?.version, kind === 'updated' ? 'new' : 'old');
  }
  const count = (kind: string) => outcomes.filter((one) => one.kind === kind).length;
  assert.equal(count('unreachable'), 15);
  assert.equal(count('rolled-back'), 10);
  assert.equal(recorded.length, count('updated'));
  assert.ok(world.most <= 50);
  assert.ok(world.now <= 1.2 * ideal, `${world.now} s of ${ideal} s`);
  const share = world.refused / world.calls;
  assert.ok(share > 0.25 && share < 0.35, `${share} of ${world.calls} calls were refused`);
  t.diagnostic(
    `${COUNT} instances in ${world.now.toFixed(0)} s, ideal ${ideal} s; ${world.refused} of ${world.calls} calls refused`,
  );
  // Whatever was wrong is mended: run again, it has only what is missing to do.
  const missing = ids.filter((id) => world.instances.get(id)?.version === 'old');
  assert.equal(missing.length, 25);
  world.mend();
  const again = await push(world, missing, 0);
  assert.deepEqual(summed(again.outcomes), { 'updated: ': 25 });
  assert.ok([...world.instances.values()].every(({ version }) => version === 'new'));
});

test('a wave of more instances than one command takes is no slower', async () => {
  const world = new SimulatedSsm();
  const options = { maxConcurrency: '40%' };
  const { outcomes, ideal } = await push(world, [...world.instances.keys()], 50, options);
  assert.equal(outcomes.filter(({ kind }) => kind === 'updated').length, COUNT - 25);
  assert.ok(world.most > 100 && world.most <= 200);
  assert.ok(world.now <= 1.2 * ideal, `${world.now} s of ${ideal} s`);
});

test('too many errors end it after the wave, and nobody is left between', async () => {
  const world = new SimulatedSsm();
  const { outcomes } = await push(world, [...world.instances.keys()], 1);
  const notStarted = outcomes.filter(({ kind }) => kind === 'not-started');
  assert.ok(notStarted.length > 300);
  assert.equal(notStarted[0]?.reason, '2 instances failed, and 1 may');
  assert.ok([...world.instances.values()].every(({ version }) => version !== 'between'));
});

test('a canary that fails is the only one', async () => {
  const world = new SimulatedSsm();
  const unhealthy = [...world.instances].filter(([, { fate }]) => fate === 'unhealthy').map(([id]) => id);
  const { outcomes } = await push(world, [...unhealthy.slice(0, 1), 'i-0', 'i-1'], 9);
  assert.deepEqual(
    outcomes.map(({ kind, reason }) => [kind, reason]),
    [
      ['rolled-back', ''],
      ['not-started', 'the canary failed'],
      ['not-started', 'the canary failed'],
    ],
  );
});

test('a canary that can not be reached has proven nothing: the next one is asked', async () => {
  const world = new SimulatedSsm();
  const of = (fate: string) => [...world.instances].filter(([, one]) => one.fate === fate).map(([id]) => id);
  const ids = [...of('unreachable').slice(0, 2), ...of('unhealthy').slice(0, 1), ...of('well').slice(0, 9)];
  const { outcomes } = await push(world, ids, 9);
  assert.deepEqual(
    outcomes.slice(0, 4).map(({ kind }) => kind),
    ['unreachable', 'unreachable', 'rolled-back', 'not-started'],
  );
});

test('each bundle has a canary of its own', async () => {
  const world = new SimulatedSsm();
  const of = (fate: string) => [...world.instances].filter(([, one]) => one.fate === fate).map(([id]) => id);
  const [unhealthy = ''] = of('unhealthy');
  const ids = [...of('well').slice(0, 20), unhealthy];
  const bundleOf = (id: string) => (id === unhealthy ? 'c'.repeat(64) : NEW);
  const { outcomes } = await push(world, ids, 9, { bundleOf });
  assert.deepEqual(summed(outcomes), {
    'updated: ': 1,
    'rolled-back: ': 1,
    'not-started: the canary failed': 19,
  });
});

test('who interrupts it hears of those that had begun, and no further one begins', async () => {
  const world = new SimulatedSsm();
  const stopping = { isStopping: (): boolean => world.now > SECONDS * 1.5 };
  const { outcomes, recorded } = await push(world, [...world.instances.keys()], 50, stopping);
  const count = (kind: string) => outcomes.filter((one) => one.kind === kind).length;
  // The canary and one wave.
  assert.equal(outcomes.length - count('not-started'), 51);
  assert.ok(count('updated') > 40);
  assert.equal(recorded.length, count('updated'));
  assert.ok([...world.instances.values()].every(({ version }) => version !== 'between'));
});

const REFUSED = new Failed([
  { kind: 'aws', operation: 'ssm:SendCommand', code: 'AccessDenied', problem: 'no' },
]);

const summed = (outcomes: readonly PushOutcome[]) =>
  Object.fromEntries(
    [...Map.groupBy(outcomes, ({ kind, reason }) => `${kind}: ${reason}`)].map(([key, all]) => [
      key,
      all.length,
    ]),
  );

test('where AWS goes along no further, it is said what has become of every instance', async () => {
  const world = new SimulatedSsm();
  const ids = [...world.instances.keys()]
    .filter((id) => world.instances.get(id)?.fate === 'well')
    .slice(0, 151);
  let sent = 0;
  const commands = {
    ...world.commands,
    // The canary, and one of two commands of the wave after it.
    send: (request: CommandRequest) => {
      sent += 1;
      return sent > 2 ? Promise.reject(REFUSED) : world.commands.send(request);
    },
  };
  const refusing = { commands, sleep: world.sleep, run: <T>(work: () => Promise<T>) => world.run(work) };
  const { outcomes, failure, recorded } = await push(refusing, ids, 0, { maxConcurrency: '75' });
  assert.equal(failure, REFUSED);
  assert.deepEqual(summed(outcomes), {
    'updated: ': 51,
    'not-started: AWS did not send it': 25,
    'not-started: AWS did not go along': 75,
  });
  assert.equal(recorded.length, 51);
});

test('what was sent and can not be asked about is not known, and comes to its end', async () => {
  const world = new SimulatedSsm();
  const commands = { ...world.commands, invocations: () => Promise.reject(REFUSED) };
  const refusing = { commands, sleep: world.sleep, run: <T>(work: () => Promise<T>) => world.run(work) };
  const { outcomes, failure } = await push(refusing, ['i-0', 'i-1'], 0);
  assert.equal(failure, REFUSED);
  assert.deepEqual(summed(outcomes), {
    'unknown: AWS could not be asked; what has begun there comes to its end': 1,
    'not-started: AWS did not go along': 1,
  });
});
