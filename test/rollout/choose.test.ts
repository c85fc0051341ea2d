import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExistingImage, ImageState } from '../../src/plan/decide.ts';
import { newestImage } from '../../src/rollout/choose.ts';

function image(
  id: string,
  day: number,
  state: ImageState,
  changes: Partial<ExistingImage> = {},
): ExistingImage {
  return {
    imageId: id,
    name: id,
    role: 'web',
    fingerprint: 'f'.repeat(64),
    generation: 1,
    state,
    createdAt: `2026-01-0${day}T00:00:00.000Z`,
    available: true,
    pending: false,
    run: '',
    ...changes,
  };
}

const IMAGES = [
  image('golden-1', 1, 'golden'),
  image('golden-2', 2, 'golden'),
  image('unproven', 3, 'unproven'),
  image('candidate', 4, 'candidate'),
  image('retired', 5, 'retired'),
  image('unfinished', 6, 'unfinished'),
  image('pending', 7, 'golden', { available: false }),
  image('worker', 8, 'golden', { role: 'worker' }),
];

const CASES = [
  [{ allowCandidate: false, isRehearsal: false }, 'golden-2'],
  [{ allowCandidate: true, isRehearsal: false }, 'candidate'],
  [{ allowCandidate: false, isRehearsal: true }, 'unproven'],
] as const;

for (const [options, expected] of CASES) {
  test(`${JSON.stringify(options)}: ${expected}`, () => {
    assert.equal(newestImage(IMAGES, 'web', options)?.imageId, expected);
  });
}

test('where there is none, there is none', () => {
  assert.equal(newestImage(IMAGES, 'db', { allowCandidate: true, isRehearsal: true }), undefined);
});
