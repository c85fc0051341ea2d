/** Five hundred instances that are only simulated, with all that goes wrong among so many, on a clock of their own. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failed } from '../../../src/failure.ts';
import type { PushOutcome } from '../../../src/instances/push/outcome.ts';
import { runPush } from '../../../src/instances/push/run.ts';
import { wavesOf } from '../../../src/instances/push/waves.ts';
import type { Commands, Invocation } from '../../../src/world/ssm-commands.ts';

const COUNT = 500;
/** How long an instance works on a push. */
const SECONDS = 40;
const NEW = 'b'.repeat(64);

interface Simulated {
  version: 'old' | 'between' | 'new';
  readonly fate: 'well' | 'unhealthy' | 'unreachable';
}

interface Sent {
  readonly ids: readonly string[];
  readonly at: number;
}

/** 3 % and 2 %, spread over all. */
function fateOf(n: number): Simulated['fate'] {
  if (n % 33 === 7) return 'unreachable';
  return n % 50 === 13 ? 'unhealthy' : 'well';
}

class Simulation {
  now = 0;
  most = 0;
  readonly instances = new Map<string, Simulated>();
  readonly #sent = new Map<string, Sent>();
  #calls = 0;

  constructor() {
    for (let n = 0; n < COUNT; n++) this.instances.set(`i-${n}`, { version: 'old', fate: fateOf(n) });
  }

  readonly sleep = async (seconds: number) => {
    this.now += seconds;
  };

  readonly commands: Commands = {
    managed: async (ids) => {
      this.#call();
      return ids
        .filter((id) => this.instances.get(id)?.fate !== 'unreachable')
        .map((id) => ({ id, online: true, lastSeenAt: undefined, platform: '' }));
    },
    document: async () => undefined,
    send: async ({ instanceIds }) => {
      this.#call();
      assert.ok(instanceIds.length <= 50);
      const running = [...this.#sent.values()].filter(({ at }) => at + SECONDS > this.now);
      const atOnce = running.reduce((sum, { ids }) => sum + ids.length, instanceIds.length);
      this.most = Math.max(this.most, atOnce);
      this.#sent.set(`c${this.#sent.size}`, { ids: instanceIds, at: this.now });
      return `c${this.#sent.size - 1}`;
    },
    invocations: async (id) => {
      this.#call();
      const { ids = [], at = 0 } = this.#sent.get(id) ?? {};
      return ids.map((one) => this.#look(one, this.now >= at + SECONDS));
    },
    output: async () => assert.fail('what is listed whole is not asked for again'),
    cancel: async () => {},
    history: async () => [],
    install: async () => {},
  };

  /** Three of ten calls are throttled, and asked again: that costs time. */
  #call(): void {
    this.#calls += 1;
    if (this.#calls % 10 < 3) this.now += 0.2;
  }

  #look(instanceId: string, isOver: boolean): Invocation {
    const one = this.instances.get(instanceId);
    assert.ok(one);
    if (!isOver) {
      one.version = 'between';
      return { instanceId, state: 'running', details: '', steps: [] };
    }
    const failed = one.fate === 'unhealthy';
    one.version = failed ? 'old' : 'new';
    const output = JSON.stringify({ version: 1, result: failed ? 'rolled-back' : 'updated' });
    const steps = [{ name: 'apply', exitCode: failed ? 3 : 0, output }];
    return { instanceId, state: failed ? 'failed' : 'done', details: '', steps };
  }
}

async function push(
  world: Pick<Simulation, 'commands' | 'sleep'>,
  ids: readonly string[],
  maxErrors: number,
) {
  const recorded: PushOutcome[] = [];
  const targets = ids.map((instanceId) => ({ instanceId, bundle: NEW }));
  const waves = wavesOf(targets, { canary: 1, maxConcurrency: '10%' });
  const outcomes = await runPush(
    {
      commands: world.commands,
      sleep: world.sleep,
      isInterrupted: () => false,
      onOutcome: () => {},
      record: async (updated) => {
        recorded.push(...updated);
      },
    },
    {
      waves,
      hasCanary: true,
      maxErrors,
      document: { name: 'bake-push-shop', content: '' },
      documentSha256: '',
      comment: '',
    },
  );
  return { outcomes, recorded, ideal: waves.length * SECONDS };
}

test('every instance ends on the new or the old version, in at most 1.2 times the time of its waves', async () => {
  const world = new Simulation();
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
  // Run again, it has only what is missing to do.
  const again = await push(
    world,
    ids.filter((id) => world.instances.get(id)?.version === 'old').slice(1),
    50,
  );
  assert.equal(again.outcomes.filter(({ kind }) => kind === 'updated').length, 0);
});

test('too many errors end it after the wave, and nobody is left between', async () => {
  const world = new Simulation();
  const { outcomes } = await push(world, [...world.instances.keys()], 1);
  const notStarted = outcomes.filter(({ kind }) => kind === 'not-started');
  assert.ok(notStarted.length > 300);
  assert.equal(notStarted[0]?.reason, '2 instances failed, and 1 may');
  assert.ok([...world.instances.values()].every(({ version }) => version !== 'between'));
});

test('a canary that fails is the only one', async () => {
  const world = new Simulation();
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

test('a refusal of AWS ends it with what AWS says', async () => {
  const world = new Simulation();
  const failure = { kind: 'aws', operation: 'ssm:SendCommand', code: 'AccessDenied', problem: 'no' } as const;
  const commands = { ...world.commands, send: () => Promise.reject(new Failed([failure])) };
  await assert.rejects(push({ commands, sleep: world.sleep }, ['i-0'], 0), Failed);
});
