/** The first trials of each case of `npm run faults`. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cases } from '../../faults/cases.ts';
import { withWorld } from '../../faults/world.ts';
import { STATE } from '../support/rehearsal.ts';

const SKIP = STATE === undefined && 'NOT RUN: needs a rehearsal, which `npm run test:machine` starts';

for (const { name, sample = [], attempt } of cases) {
  for (const trial of sample) {
    test(`${name}: ${trial}`, { skip: SKIP }, () =>
      withWorld(async (world) => assert.deepEqual((await attempt(world, trial)).lost, []), STATE),
    );
  }
}
