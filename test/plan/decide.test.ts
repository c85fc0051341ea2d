import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Decision,
  decide,
  type ExistingImage,
  existingImage,
  imageName,
} from '../../src/plan/decide.ts';
import { TAG } from '../../src/plan/tags.ts';

const FINGERPRINT = 'f'.repeat(64);
const NOW = '2026-01-02T00:00:00.000Z';

function image(parts: Partial<ExistingImage> = {}): ExistingImage {
  return {
    imageId: 'ami-1',
    name: 'shop-web-ffffffffffff-1',
    role: 'web',
    fingerprint: FINGERPRINT,
    generation: 1,
    state: 'candidate',
    createdAt: '2026-01-01T00:00:00.000Z',
    available: true,
    pending: false,
    run: '',
    ...parts,
  };
}

const UNFINISHED = { state: 'unfinished', available: false, pending: true } as const;
const DAY = 86_400;

interface Case {
  readonly what: string;
  readonly images: readonly ExistingImage[];
  readonly force?: boolean;
  readonly rehearsal?: boolean;
  readonly now?: string;
  readonly maxAgeSeconds?: number;
  readonly expected: Decision['kind'] | number;
}

/** `expected`: `up-to-date`, or the generation that is baked. */
const CASES: readonly Case[] = [
  { what: 'nothing there: the first generation', images: [], expected: 1 },
  { what: 'a candidate with this fingerprint is enough', images: [image()], expected: 'up-to-date' },
  { what: 'so is a golden image', images: [image({ state: 'golden' })], expected: 'up-to-date' },
  { what: 'another fingerprint is not', images: [image({ fingerprint: '0'.repeat(64) })], expected: 1 },
  { what: "another role's image is not", images: [image({ role: 'worker' })], expected: 1 },
  { what: 'a retired image is not', images: [image({ state: 'retired' })], expected: 2 },
  { what: 'an image that is not available is not', images: [image({ available: false })], expected: 2 },
  { what: 'an unproven image is not on AWS', images: [image({ state: 'unproven' })], expected: 2 },
  {
    what: 'an unproven image is in a rehearsal',
    images: [image({ state: 'unproven' })],
    rehearsal: true,
    expected: 'up-to-date',
  },
  {
    what: 'an image that another run is making will be enough',
    images: [image({ generation: 2, ...UNFINISHED }), image({ state: 'retired' })],
    now: '2026-01-01T00:59:00.000Z',
    expected: 'up-to-date',
  },
  {
    what: 'an image that a killed run has left unfinished is not',
    images: [image(UNFINISHED)],
    now: '2026-01-01T01:01:00.000Z',
    expected: 2,
  },
  {
    what: 'an image older than is allowed is baked again',
    images: [image()],
    now: '2026-01-31T00:00:01.000Z',
    maxAgeSeconds: 30 * DAY,
    expected: 2,
  },
  {
    what: 'an image as old as is allowed is enough',
    images: [image()],
    now: '2026-01-31T00:00:00.000Z',
    maxAgeSeconds: 30 * DAY,
    expected: 'up-to-date',
  },
  {
    what: 'the age that counts is that of the newest generation',
    images: [image(), image({ generation: 2, createdAt: '2026-02-01T00:00:00.000Z' })],
    now: '2026-02-02T00:00:00.000Z',
    maxAgeSeconds: 30 * DAY,
    expected: 'up-to-date',
  },
  {
    what: 'forced: the generation after the highest',
    images: [image({ generation: 3 }), image({ generation: 2 })],
    force: true,
    expected: 4,
  },
];

for (const { what, images, force = false, rehearsal = false, now = NOW, maxAgeSeconds, expected } of CASES) {
  test(what, () => {
    const decision = decide('web', FINGERPRINT, images, { force, rehearsal, now, maxAgeSeconds });
    assert.equal(decision.kind === 'bake' ? decision.generation : decision.kind, expected);
  });
}

test('of several usable images the newest generation is taken', () => {
  const images = [
    image({ generation: 1 }),
    image({ generation: 3, imageId: 'ami-3' }),
    image({ generation: 2 }),
  ];
  const decision = decide('web', FINGERPRINT, images, {
    force: false,
    rehearsal: false,
    now: NOW,
    maxAgeSeconds: undefined,
  });
  assert.equal(decision.kind === 'up-to-date' && decision.image.imageId, 'ami-3');
});

test('an image whose tags make no sense is none of ours', () => {
  const own = { imageId: 'ami-1', name: 'n', createdAt: '', status: 'available' };
  const tags = new Map([
    [TAG.role, 'web'],
    [TAG.fingerprint, FINGERPRINT],
    [TAG.generation, '1'],
    [TAG.state, 'candidate'],
  ]);
  assert.equal(existingImage(own, tags)?.generation, 1);
  assert.equal(existingImage(own, new Map([...tags, [TAG.generation, '1e3']])), undefined);
  assert.equal(existingImage(own, new Map([...tags, [TAG.state, 'blessed']])), undefined);
  assert.equal(existingImage(own, new Map()), undefined);
});

test('an image is finished when it has its state', () => {
  const tags = new Map([
    [TAG.role, 'web'],
    [TAG.fingerprint, FINGERPRINT],
    [TAG.generation, '1'],
  ]);
  const seen = (status: string, state?: string) => {
    const all = state === undefined ? tags : new Map([...tags, [TAG.state, state]]);
    const { available, pending } =
      existingImage({ imageId: 'ami-1', name: 'n', createdAt: '', status }, all) ?? assert.fail();
    return { available, pending };
  };
  assert.deepEqual(seen('pending'), { available: false, pending: true });
  assert.deepEqual(seen('available'), { available: false, pending: true });
  assert.deepEqual(seen('available', 'candidate'), { available: true, pending: false });
  assert.deepEqual(seen('disabled', 'retired'), { available: false, pending: false });
  assert.deepEqual(seen('failed'), { available: false, pending: false });
});

test('names are FLEET-ROLE-FINGERPRINT12-GENERATION', () => {
  assert.equal(imageName('shop', 'web', FINGERPRINT, 2), 'shop-web-ffffffffffff-2');
});

test('a golden image comes before a newer candidate', () => {
  const images = [
    image({ generation: 2, imageId: 'ami-2' }),
    image({ generation: 1, imageId: 'ami-1', state: 'golden' }),
  ];
  const decision = decide('web', FINGERPRINT, images, {
    force: false,
    rehearsal: false,
    now: NOW,
    maxAgeSeconds: undefined,
  });
  assert.equal(decision.kind === 'up-to-date' && decision.image.imageId, 'ami-1');
});
