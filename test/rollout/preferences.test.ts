import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkPreferences,
  effectivePreferences,
  type Preferences,
  type RequestedPreferences,
} from '../../src/rollout/preferences.ts';

/** The edges of every documented range, and which keys are wrong. */
const CASES: ReadonlyArray<readonly [RequestedPreferences, ...ReadonlyArray<keyof Preferences>]> = [
  [{}],
  [{ minimumHealthyPercent: 0 }],
  [{ minimumHealthyPercent: 100 }],
  [{ minimumHealthyPercent: -1 }, 'minimumHealthyPercent'],
  [{ minimumHealthyPercent: 101 }, 'minimumHealthyPercent'],
  [{ minimumHealthyPercent: 90.5 }, 'minimumHealthyPercent'],
  [{ minimumHealthyPercent: Number.NaN }, 'minimumHealthyPercent'],
  [{ minimumHealthyPercent: 100, maximumHealthyPercent: 100 }],
  [{ minimumHealthyPercent: 100, maximumHealthyPercent: 200 }],
  [{ minimumHealthyPercent: 0, maximumHealthyPercent: 100 }],
  [{ minimumHealthyPercent: 0, maximumHealthyPercent: 101 }, 'maximumHealthyPercent'],
  [{ minimumHealthyPercent: 90, maximumHealthyPercent: 99 }, 'maximumHealthyPercent'],
  [
    { minimumHealthyPercent: 100, maximumHealthyPercent: 201 },
    'maximumHealthyPercent',
    'maximumHealthyPercent',
  ],
  [{ maximumHealthyPercent: 110 }, 'maximumHealthyPercent'],
  [{ warmupSeconds: 0 }],
  [{ warmupSeconds: -1 }, 'warmupSeconds'],
  [{ bakeSeconds: 172_800 }],
  [{ bakeSeconds: 172_801 }, 'bakeSeconds'],
  [{ checkpointPercents: [] }],
  [{ checkpointPercents: [1, 100], checkpointDelaySeconds: 0 }],
  [{ checkpointPercents: [1, 100], checkpointDelaySeconds: 172_800 }],
  [{ checkpointPercents: [1], checkpointDelaySeconds: 172_801 }, 'checkpointDelaySeconds'],
  [{ checkpointDelaySeconds: 60 }, 'checkpointDelaySeconds'],
  [{ checkpointPercents: [], checkpointDelaySeconds: 60 }, 'checkpointDelaySeconds'],
  [{ checkpointPercents: [0, 100] }, 'checkpointPercents'],
  [{ checkpointPercents: [50, 101] }, 'checkpointPercents'],
  [{ checkpointPercents: [50, 50] }, 'checkpointPercents'],
  [{ checkpointPercents: [50, 20] }, 'checkpointPercents'],
  [{ alarms: Array.from({ length: 10 }, (_, index) => `alarm-${index}`) }],
  [{ alarms: Array.from({ length: 11 }, (_, index) => `alarm-${index}`) }, 'alarms'],
  [{ alarms: [''] }, 'alarms'],
  [{ alarms: ['errors', 'errors'] }, 'alarms'],
  [{ minimumHealthyPercent: 101, warmupSeconds: -1 }, 'minimumHealthyPercent', 'warmupSeconds'],
];

for (const [requested, ...wrong] of CASES) {
  test(`${JSON.stringify(requested).slice(0, 90)}: ${wrong.join() || 'fine'}`, () => {
    assert.deepEqual(
      checkPreferences(requested).map(({ key }) => key),
      wrong,
    );
  });
}

const GROUP = { maintenancePolicy: undefined, defaultWarmupSeconds: undefined, healthCheckGraceSeconds: 300 };

test("what was not asked for is the API's default, which is not the console's", () => {
  assert.deepEqual(effectivePreferences({}, GROUP), {
    minimumHealthyPercent: 90,
    maximumHealthyPercent: undefined,
    warmupSeconds: 300,
    checkpointPercents: [],
    checkpointDelaySeconds: 3600,
    skipMatching: false,
    autoRollback: false,
    scaleInProtected: 'Wait',
    standby: 'Wait',
    alarms: [],
    bakeSeconds: 0,
  });
});

test("the group's own settings come before the defaults, and what was asked for before both", () => {
  const own = {
    maintenancePolicy: { minimumHealthyPercent: 50, maximumHealthyPercent: 150 },
    defaultWarmupSeconds: 0,
    healthCheckGraceSeconds: 300,
  };
  const { minimumHealthyPercent, maximumHealthyPercent, warmupSeconds } = effectivePreferences({}, own);
  assert.deepEqual([minimumHealthyPercent, maximumHealthyPercent, warmupSeconds], [50, 150, 0]);
  const asked = effectivePreferences({ minimumHealthyPercent: 0, warmupSeconds: 60 }, own);
  assert.deepEqual(
    [asked.minimumHealthyPercent, asked.maximumHealthyPercent, asked.warmupSeconds],
    [0, 150, 60],
  );
});
