import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Configuration, Group } from '../../../src/rollout/model.ts';
import { predict } from '../../../src/rollout/predict/predict.ts';
import { effectivePreferences, type RequestedPreferences } from '../../../src/rollout/preferences.ts';
import { groupOf, instance } from '../facts.ts';
import { configuration, NEW, template } from '../imagined.ts';

const TIMING = { launchSeconds: 60, terminateSeconds: 0 };

function of(size: number, asked: RequestedPreferences, changes: Partial<Group> = {}) {
  const group: Group & { configuration: Configuration } = {
    ...groupOf(size, changes),
    configuration: configuration('1'),
  };
  return predict(group, NEW, effectivePreferences(asked, group), TIMING);
}

/** Two hundred instances, a minute to launch and five to warm up. */
const HOURS: ReadonlyArray<readonly [minimum: number, maximum: number, minutes: number]> = [
  [90, 100, 60],
  [100, 110, 60],
  [90, 110, 30],
  [100, 200, 6],
  [100, 100, 1200],
  [0, 100, 6],
];

for (const [minimumHealthyPercent, maximumHealthyPercent, minutes] of HOURS) {
  test(`200 instances with ${minimumHealthyPercent} and ${maximumHealthyPercent}: ${minutes} minutes`, () => {
    const asked = { minimumHealthyPercent, maximumHealthyPercent, warmupSeconds: 300 };
    assert.equal(of(200, asked).durationSeconds, minutes * 60);
  });
}

test('where the percentages come out even, it takes one launch and warmup for each full band', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 3600 }),
      (hundreds, minimum, more, bakeSeconds) => {
        const maximum = Math.max(100, minimum + more);
        fc.pre(maximum <= 200 && maximum > minimum && maximum - minimum <= 100);
        const size = 100 * hundreds;
        const band = Math.floor((size * (maximum - minimum)) / 100);
        const { durationSeconds } = of(size, {
          minimumHealthyPercent: minimum,
          maximumHealthyPercent: maximum,
          warmupSeconds: 240,
          bakeSeconds,
        });
        assert.equal(durationSeconds, Math.ceil(size / band) * 300 + bakeSeconds);
      },
    ),
    { numRuns: 30 },
  );
});

test('it says what comes when, and how low and high it gets', () => {
  const { batches, pauses, lowestReady, highestRunning, status, bakeSeconds } = of(4, {
    minimumHealthyPercent: 75,
    maximumHealthyPercent: 125,
    warmupSeconds: 0,
    checkpointPercents: [50, 100],
    checkpointDelaySeconds: 300,
    bakeSeconds: 120,
  });
  assert.deepEqual(batches, [
    { atSeconds: 0, terminated: ['i-0'], launched: 2 },
    { atSeconds: 60, terminated: ['i-1'], launched: 0 },
    { atSeconds: 360, terminated: ['i-2'], launched: 2 },
    { atSeconds: 420, terminated: ['i-3'], launched: 0 },
  ]);
  assert.deepEqual(pauses, [{ percent: 50, atSeconds: 60, untilSeconds: 360 }]);
  assert.deepEqual([lowestReady, highestRunning, bakeSeconds, status], [3, 5, 120, 'Successful']);
});

test('what stays as it is, and what is waited for in vain', () => {
  const instances = [
    instance(0, { scaleInProtected: true }),
    instance(1, { launchTemplate: template('2') }),
    instance(2),
    instance(3, { lifecycle: 'Standby' }),
    instance(4, { lifecycle: 'Terminating:Wait' }),
    instance(5, { lifecycle: 'Pending:Wait' }),
  ];
  const asked = { skipMatching: true, warmupSeconds: 0 } as const;
  const waits = of(4, { ...asked, standby: 'Ignore' }, { instances });
  assert.deepEqual(waits.untouched, ['i-1', 'i-3']);
  assert.deepEqual(waits.waitedFor, ['i-0']);
  assert.equal(waits.status, 'Failed');
  const ignores = of(4, { ...asked, standby: 'Ignore', scaleInProtected: 'Ignore' }, { instances });
  assert.deepEqual(ignores.untouched, ['i-0', 'i-1', 'i-3']);
  assert.deepEqual(ignores.waitedFor, []);
  assert.equal(ignores.status, 'Successful');
});

test('the oldest instances go first, whatever order AWS lists them in', () => {
  const instances = [3, 1, 2].map((index) => instance(index));
  const { batches } = of(3, { minimumHealthyPercent: 0 }, { instances });
  assert.deepEqual(batches[0]?.terminated, ['i-1', 'i-2', 'i-3']);
});

test('it names what it assumes, and nothing that makes no difference', () => {
  assert.deepEqual(of(4, { minimumHealthyPercent: 50, maximumHealthyPercent: 100 }).assumptions, [
    'batch-waits',
    'order',
  ]);
  assert.deepEqual(of(3, { minimumHealthyPercent: 90 }).assumptions, [
    'minimum-rounding',
    'omitted-maximum-of-100',
    'batch-waits',
    'order',
  ]);
  assert.deepEqual(of(0, {}).assumptions, ['nothing-to-do']);
});

test('an alarm that may go off is no reason to predict that it does', () => {
  assert.equal(of(2, { alarms: ['errors'], autoRollback: true }).status, 'Successful');
});
