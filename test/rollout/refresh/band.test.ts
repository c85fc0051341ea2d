import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bandOf } from '../../../src/rollout/refresh/band.ts';

/** Desired capacity, minimum and maximum percentage: as few ready, as many running, and what was left. */
const CASES: ReadonlyArray<
  readonly [
    size: number,
    minimum: number,
    maximum: number | undefined,
    band: readonly [number, number, string?],
  ]
> = [
  [100, 90, 120, [90, 120]],
  [10, 90, undefined, [9, 10]],
  [10, 90, 100, [9, 10]],
  [10, 80, 100, [8, 10]],
  [10, 85, 105, [9, 10]],
  [10, 100, 110, [10, 11]],
  [10, 100, 100, [10, 11, 'maximum']],
  [10, 100, undefined, [9, 10, 'minimum']],
  [5, 90, undefined, [4, 5, 'minimum']],
  [5, 90, 100, [5, 6, 'maximum']],
  [3, 100, 110, [3, 4, 'maximum']],
  [3, 100, 200, [3, 6]],
  [3, 0, 100, [0, 3]],
  [1, 90, undefined, [0, 1, 'minimum']],
  [1, 100, 100, [1, 2, 'maximum']],
  [1, 100, 200, [1, 2]],
  [1, 0, 100, [0, 1]],
  [7, 29, 100, [3, 7]],
  [0, 90, 100, [0, 0]],
  [0, 100, undefined, [0, 0]],
];

for (const [size, minimum, maximum, [minimumReady, maximumRunning, left]] of CASES) {
  test(`${size} with ${minimum} and ${maximum ?? 'none'}: ${minimumReady} to ${maximumRunning}`, () => {
    assert.deepEqual(bandOf(size, { minimumHealthyPercent: minimum, maximumHealthyPercent: maximum }), {
      minimumReady,
      maximumRunning,
      left,
    });
  });
}
