/** Cases that were worked by hand: what a refresh does in order, and the page of AWS's that says so. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Assumption } from '../../../src/rollout/refresh/assumptions.ts';
import type { Source } from '../../../src/rollout/refresh/sources.ts';
import { play, type Scene, told } from '../imagined.ts';

export interface Worked extends Scene {
  readonly what: string;
  /** The page, and what it says there in our words. */
  readonly source: readonly [page: Source, says: string];
  /** What the case rests on beyond what is documented. */
  readonly assumes?: readonly Assumption[];
  /** Everything that is done, as {@link told} tells it. */
  readonly expected: readonly string[];
}

export function worked(cases: readonly Worked[]): void {
  for (const { what, expected, ...scene } of cases) {
    test(what, () => {
      const played = play(scene);
      assert.deepEqual(played.refusals, []);
      assert.deepEqual(told(played), expected);
    });
  }
}
