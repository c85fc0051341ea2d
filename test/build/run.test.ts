import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PreparedImage } from '../../src/build/prepare.ts';
import { type RunOptions, runImages } from '../../src/build/run.ts';
import type { BakeEvent } from '../../src/events.ts';
import { Failed, interruption } from '../../src/failure.ts';
import type { ExistingImage } from '../../src/plan/decide.ts';
import type { Origin } from '../../src/plan/model.ts';
import { testPrepared } from '../support/prepared.ts';

function prepared(name: string, origin: Origin['kind'] = 'base', isUpToDate = false): PreparedImage {
  const source = { kind: 'ami', id: 'ami-0' } as const;
  return testPrepared(name, {
    plan: {
      name,
      origin: origin === 'base' ? { kind: 'base' } : { kind: 'source', source },
      steps: [],
      instanceType: 't3.small',
      tags: {},
    },
    imageName: `shop-${name}-1`,
    ...(isUpToDate ? { decision: { kind: 'up-to-date', image: existing(name) } } : {}),
  });
}

function existing(name: string): ExistingImage {
  return { ...OTHERS, imageId: `ami-old-${name}`, name: `shop-${name}-1`, role: name, state: 'golden' };
}

function options(images: readonly PreparedImage[], parts: Partial<RunOptions> = {}): RunOptions {
  return {
    images,
    sourceAmi: 'ami-source',
    concurrency: 4,
    emit: () => {},
    signal: new AbortController().signal,
    adopt: async () => undefined,
    prove: undefined,
    bake: async (image, source) => ({ imageId: `${source}>${image.plan.name}`, state: 'candidate' }),
    now: () => 0,
    ...parts,
  };
}

function failing(name: string): RunOptions['bake'] {
  return async (image) => {
    if (image.plan.name !== name) return { imageId: `ami-${image.plan.name}`, state: 'candidate' };
    throw new Failed([{ kind: 'build', image: name, problem: 'no' }]);
  };
}

const kinds = (outcomes: ReadonlyMap<string, { kind: string }>) =>
  Object.fromEntries([...outcomes].map(([name, outcome]) => [name, outcome.kind]));

test('roles start from the base image that was baked before them', async () => {
  const outcomes = await runImages(
    options([prepared('base', 'source'), prepared('web'), prepared('worker')]),
  );
  assert.deepEqual(
    [...outcomes.values()].map((outcome) => 'imageId' in outcome && outcome.imageId),
    ['ami-source>base', 'ami-source>base>web', 'ami-source>base>worker'],
  );
});

test('a base that is up to date is stood on and not baked', async () => {
  const outcomes = await runImages(options([prepared('base', 'source', true), prepared('web')]));
  assert.deepEqual(outcomes.get('web'), {
    kind: 'baked',
    imageName: 'shop-web-1',
    imageId: 'ami-old-base>web',
    state: 'candidate',
  });
});

test('a flat role starts from the source image', async () => {
  const outcomes = await runImages(options([prepared('web', 'source')]));
  assert.equal(outcomes.get('web')?.kind === 'baked' && outcomes.get('web')?.kind, 'baked');
});

test('a role is proven when it was baked, or is only a candidate; base is not', async () => {
  const asked: string[] = [];
  const prove: RunOptions['prove'] = async ({ plan }) => {
    asked.push(plan.name);
    return 'golden';
  };
  const candidate = { kind: 'up-to-date', image: { ...existing('old'), state: 'candidate' } } as const;
  const images = [
    prepared('base', 'source'),
    prepared('web'),
    prepared('done', 'base', true),
    { ...prepared('old'), decision: candidate },
  ];
  const outcomes = await runImages(options(images, { prove }));
  assert.deepEqual(asked.sort(), ['old', 'web']);
  assert.deepEqual(
    [...outcomes.values()].map((outcome) => 'state' in outcome && outcome.state),
    ['candidate', 'golden', 'golden', 'golden'],
  );
});

test('an image that is not proven has failed, and the others go on', async () => {
  const prove: RunOptions['prove'] = async ({ plan }) => {
    if (plan.name === 'worker') return 'golden';
    throw new Failed([{ kind: 'build', image: plan.name, problem: 'it is not golden' }]);
  };
  const images = [prepared('base', 'source'), prepared('web'), prepared('worker')];
  assert.deepEqual(kinds(await runImages(options(images, { prove }))), {
    base: 'baked',
    web: 'failed',
    worker: 'baked',
  });
});

test('without a base no role starts', async () => {
  const images = [prepared('base', 'source'), prepared('web')];
  assert.deepEqual(kinds(await runImages(options(images, { bake: failing('base') }))), {
    base: 'failed',
    web: 'not-started',
  });
});

test('one role failing leaves the others going', async () => {
  const images = [prepared('base', 'source', true), prepared('web'), prepared('worker')];
  assert.deepEqual(kinds(await runImages(options(images, { bake: failing('web') }))), {
    base: 'up-to-date',
    web: 'failed',
    worker: 'baked',
  });
});

const OTHERS: ExistingImage = {
  imageId: 'ami-others',
  name: 'shop-web-1',
  role: 'web',
  fingerprint: 'web',
  generation: 1,
  state: 'candidate',
  createdAt: '',
  available: true,
  pending: false,
  run: 'other',
};

test('a bake that another run was faster with takes its image', async () => {
  const events: BakeEvent[] = [];
  const outcomes = await runImages(
    options([prepared('base', 'source'), prepared('web')], {
      bake: failing('base'),
      adopt: async () => ({ ...OTHERS, imageId: 'ami-others-base', name: 'shop-base-1' }),
      emit: (event) => events.push(event),
    }),
  );
  assert.deepEqual(outcomes.get('base'), {
    kind: 'up-to-date',
    imageId: 'ami-others-base',
    imageName: 'shop-base-1',
    state: 'candidate',
  });
  assert.equal(outcomes.get('web')?.kind, 'baked');
  assert.match(
    events.flatMap((event) => (event.type === 'notice' ? event.text : [])).join(),
    /^base: another run has baked shop-base-1/,
  );
});

test('a bake that fails keeps its own reason where nobody else has made the image', async () => {
  const outcomes = await runImages(options([prepared('web', 'source')], { bake: failing('web') }));
  const outcome = outcomes.get('web');
  assert.equal(outcome?.kind === 'failed' && outcome.failure.problem, 'no');
});

test('a bake that was interrupted adopts nothing', async () => {
  const interrupted = new AbortController();
  const outcomes = await runImages(
    options([prepared('web', 'source')], {
      signal: interrupted.signal,
      bake: async () => {
        interrupted.abort();
        throw new Failed([interruption()]);
      },
      adopt: async () => OTHERS,
    }),
  );
  assert.deepEqual(kinds(outcomes), { web: 'failed' });
});

test('an image that another run is making is waited for, and not baked', async () => {
  const image = prepared('web', 'source', true);
  const decision = { kind: 'up-to-date', image: { ...OTHERS, available: false, pending: true } } as const;
  const never = async () => assert.fail('baked');
  const run = (parts: Partial<RunOptions>) =>
    runImages(options([{ ...image, decision }], { bake: never, ...parts }));
  assert.deepEqual(kinds(await run({ adopt: async () => OTHERS })), { web: 'up-to-date' });
  const gone = (await run({})).get('web');
  assert.match(gone?.kind === 'failed' ? gone.failure.problem : '', /it is gone/);
});

test('no more roles are baked at a time than asked for', async () => {
  let running = 0;
  let most = 0;
  const images = ['a', 'b', 'c', 'd', 'e'].map((name) => prepared(name, 'source'));
  await runImages(
    options(images, {
      concurrency: 2,
      bake: async () => {
        running += 1;
        most = Math.max(most, running);
        await sleep(5);
        running -= 1;
        return { imageId: 'ami-1', state: 'candidate' };
      },
    }),
  );
  assert.equal(most, 2);
});

test('what has not started when the run is interrupted does not start', async () => {
  const interrupted = new AbortController();
  interrupted.abort();
  const events: BakeEvent[] = [];
  const outcomes = await runImages(
    options([prepared('web', 'source')], { signal: interrupted.signal, emit: (event) => events.push(event) }),
  );
  assert.deepEqual(kinds(outcomes), { web: 'not-started' });
  assert.deepEqual(
    events.map((event) => event.type),
    ['image.finished'],
  );
});

test('a bug is not an outcome', async () => {
  const bake = async () => {
    throw new TypeError('ours');
  };
  await assert.rejects(runImages(options([prepared('web', 'source')], { bake })), TypeError);
});
