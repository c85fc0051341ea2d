import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Images } from '../../src/fleet/model.ts';
import type { ImageRecord } from '../../src/images/model.ts';
import {
  aboutText,
  type PromotionState,
  type PublishedParameter,
  planPromotion,
} from '../../src/images/promote.ts';
import { type Judged, promotionProblems } from '../../src/images/promotion-problems.ts';
import { retirementProblems } from '../../src/images/retire.ts';
import { testFleet } from '../support/fleet.ts';
import { testImage } from '../support/images.ts';

const NOW = '2026-07-01T00:00:00.000Z';
const SETTINGS: Images = {
  ...testFleet().images,
  parameters: '/golden',
  regions: [{ region: 'eu-west-1', kmsKey: 'alias/images' }],
  accounts: ['222222222222', '333333333333'],
};

const IMAGE = testImage({ imageId: 'ami-new', createdAt: '2026-06-30T00:00:00.000Z' });
const COPY = testImage({
  imageId: 'ami-copy',
  region: 'eu-west-1',
  createdAt: '2026-06-30T01:00:00.000Z',
  copyOf: { region: 'eu-central-1', imageId: 'ami-new' },
});
const OLD = testImage({
  imageId: 'ami-old',
  fingerprint: '0'.repeat(64),
  createdAt: '2026-05-01T00:00:00.000Z',
});
const OLD_COPY = testImage({
  ...OLD,
  imageId: 'ami-old-copy',
  region: 'eu-west-1',
  // Copied after the new one was baked.
  createdAt: '2026-06-30T02:00:00.000Z',
  copyOf: { region: 'eu-central-1', imageId: 'ami-old' },
});

function state(parts: Partial<PromotionState> = {}): PromotionState {
  return { image: IMAGE, images: [IMAGE], shared: new Map(), parameters: new Map(), ...parts };
}

const ABOUT = aboutText(IMAGE);
const published = (region: string, imageId: string, version = 1): Array<[string, PublishedParameter]> => [
  [`${region} /golden/web`, { value: imageId, version }],
  [`${region} /golden/web/about`, { value: ABOUT, version }],
];

test('a first promotion copies, shares and publishes in every region', () => {
  const publishing = [
    { kind: 'publish', name: '/golden/web/about', value: ABOUT, version: 0 },
    { kind: 'publish', name: '/golden/web', value: undefined, version: 0 },
  ];
  const share = { kind: 'share', accounts: ['222222222222', '333333333333'] };
  assert.deepEqual(planPromotion(state(), SETTINGS, NOW), [
    { region: 'eu-central-1', imageId: 'ami-new', steps: [share, ...publishing] },
    {
      region: 'eu-west-1',
      imageId: undefined,
      steps: [{ kind: 'copy', kmsKey: 'alias/images' }, share, ...publishing],
    },
  ]);
});

test('what has been done is not done again, and the rest is', () => {
  const done = state({
    images: [IMAGE, { ...COPY, status: 'pending' }],
    shared: new Map([
      ['ami-new', ['333333333333', '222222222222']],
      ['ami-copy', ['222222222222']],
    ]),
    parameters: new Map(published('eu-central-1', 'ami-new')),
  });
  assert.deepEqual(planPromotion(done, { ...SETTINGS, parameters: undefined }, NOW), [
    { region: 'eu-central-1', imageId: 'ami-new', steps: [] },
    {
      region: 'eu-west-1',
      imageId: 'ami-copy',
      steps: [
        { kind: 'await', imageId: 'ami-copy' },
        { kind: 'share', accounts: ['333333333333'] },
      ],
    },
  ]);
});

test('a copy that failed makes room for another one', () => {
  const failed = { ...COPY, status: 'failed', available: false };
  const [, there] = planPromotion(
    state({ images: [IMAGE, failed] }),
    { ...SETTINGS, accounts: [], parameters: undefined },
    NOW,
  );
  assert.deepEqual(there, {
    region: 'eu-west-1',
    imageId: undefined,
    steps: [
      { kind: 'discard', imageId: 'ami-copy' },
      { kind: 'copy', kmsKey: 'alias/images' },
    ],
  });
});

test('when all is done nothing is left', () => {
  const accounts = ['222222222222', '333333333333'];
  const done = state({
    images: [IMAGE, COPY],
    shared: new Map([
      ['ami-new', accounts],
      ['ami-copy', accounts],
    ]),
    parameters: new Map([...published('eu-central-1', 'ami-new'), ...published('eu-west-1', 'ami-copy')]),
  });
  assert.deepEqual(
    planPromotion(done, SETTINGS, NOW).map(({ steps }) => steps),
    [[], []],
  );
});

test('the images before it retire, also their copies; later ones and other roles’ do not', () => {
  const later = testImage({
    imageId: 'ami-later',
    fingerprint: '9'.repeat(64),
    createdAt: '2026-07-01T00:00:00.000Z',
  });
  const others = testImage({ imageId: 'ami-worker', role: 'worker', createdAt: '2026-01-01T00:00:00.000Z' });
  const retired = testImage({ ...OLD, imageId: 'ami-gone', fingerprint: '1'.repeat(64), state: 'retired' });
  const plans = planPromotion(
    state({ images: [IMAGE, OLD, OLD_COPY, later, others, retired] }),
    { ...SETTINGS, parameters: undefined, accounts: [] },
    NOW,
  );
  const deprecateAt = '2026-07-31T00:00:00.000Z';
  const retire = (imageId: string) => ({ kind: 'retire', imageId, name: OLD.name, deprecateAt });
  assert.deepEqual(
    plans.map(({ steps }) => steps),
    [[retire('ami-old')], [{ kind: 'copy', kmsKey: 'alias/images' }, retire('ami-old-copy')]],
  );
});

test('a parameter that holds another image is replaced, and its version is what is expected', () => {
  const parameters = new Map(published('eu-central-1', 'ami-old', 7));
  const [home] = planPromotion(state({ parameters }), { ...SETTINGS, accounts: [], regions: [] }, NOW);
  assert.deepEqual(home?.steps, [{ kind: 'publish', name: '/golden/web', value: undefined, version: 7 }]);
});

describe('what is refused', () => {
  const key = 'arn:aws:kms:eu-central-1:111122223333:key/1';
  const encrypted = testImage({ snapshots: [{ snapshotId: 'snap-1', kmsKey: key }] });
  const judge = (image: ImageRecord, parts: Partial<Judged> = {}) =>
    promotionProblems(image, { images: [image], settings: SETTINGS, awsKeys: new Set(), ...parts }).map(
      (failure) => failure.problem,
    );
  const home = new Set([`eu-central-1 ${key}`]);

  test('nothing of a golden image', () => {
    assert.deepEqual(judge(IMAGE), []);
    assert.deepEqual(judge(encrypted), []);
  });

  test('what is not golden', () => {
    for (const state of ['candidate', 'unproven', 'retired', 'unfinished'] as const)
      assert.match(judge(testImage({ state }))[0] ?? '', /only golden images/);
  });

  test('what can not be launched', () =>
    assert.match(judge(testImage({ status: 'disabled' }))[0] ?? '', /it is disabled/));

  test('a copy', () => assert.match(judge(COPY)[0] ?? '', /is a copy of ami-new/));

  test('sharing what is encrypted with a key that AWS manages', () => {
    assert.match(judge(encrypted, { awsKeys: home })[0] ?? '', /ami-1 .*which AWS manages/);
    assert.deepEqual(judge(encrypted, { awsKeys: home, settings: { ...SETTINGS, accounts: [] } }), []);
  });

  test('sharing a copy that would be, or is, encrypted with such a key', () => {
    const there = new Set(['eu-west-1 alias/images']);
    assert.match(judge(IMAGE, { awsKeys: there })[0] ?? '', /a copy in eu-west-1 could not be shared/);
    const regions = [{ region: 'eu-west-1', kmsKey: undefined }];
    const settings = { ...SETTINGS, regions };
    assert.match(judge(encrypted, { settings })[0] ?? '', /the key that AWS would take is managed by AWS/);
    assert.deepEqual(judge(IMAGE, { settings }), []);
    const copy = { ...COPY, name: IMAGE.name, snapshots: [{ snapshotId: 'snap-2', kmsKey: 'alias/images' }] };
    const images = [IMAGE, copy];
    assert.match(judge(IMAGE, { images, awsKeys: there })[0] ?? '', /ami-copy .*which AWS manages/);
    const lost = [IMAGE, { ...copy, status: 'failed' }];
    assert.deepEqual(judge(IMAGE, { images: lost }), []);
  });
});

describe('what is not retired', () => {
  const problem = (...of: Parameters<typeof retirementProblems>) =>
    retirementProblems(...of).map((failure) => failure.problem);

  test('the only golden image of its role', () => {
    const images = [IMAGE, COPY, testImage({ role: 'worker' }), { ...OLD, state: 'retired' } as const];
    assert.match(problem(IMAGE, images, new Set())[0] ?? '', /the only golden image of web/);
  });

  test('the one that is published, here or as a copy', () => {
    for (const id of ['ami-new', 'ami-copy'])
      assert.match(problem(IMAGE, [IMAGE, COPY, OLD], new Set([id]))[0] ?? '', /is published for web/);
    assert.deepEqual(problem(OLD, [IMAGE, COPY, OLD], new Set(['ami-new'])), []);
  });

  test('what is not golden', () => {
    const candidate = testImage({ state: 'candidate' });
    assert.match(problem(candidate, [candidate], new Set())[0] ?? '', /only golden images are retired/);
  });

  test('what is retired only here: the same command goes on with its copies', () => {
    const retired = testImage({ ...OLD, state: 'retired' });
    assert.deepEqual(problem(retired, [IMAGE, retired, OLD_COPY], new Set()), []);
  });

  test('the only golden image that can be launched', () => {
    const disabled = { ...OLD, status: 'disabled' };
    assert.match(problem(IMAGE, [IMAGE, disabled], new Set())[0] ?? '', /the only golden image of web/);
  });
});
