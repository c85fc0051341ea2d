/** Whatever the group, the preferences and the trouble: what a refresh never does, and how it always ends. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Configuration } from '../../../src/rollout/model.ts';
import { hasEnded } from '../../../src/rollout/model.ts';
import type { Launch, Moment, Simulation, TimedEvent } from '../../../src/rollout/predict/simulate.ts';
import type { Preferences } from '../../../src/rollout/preferences.ts';
import { bandOf } from '../../../src/rollout/refresh/band.ts';
import { matches } from '../../../src/rollout/refresh/matching.ts';
import { isReady, isRunning } from '../../../src/rollout/refresh/members.ts';
import { progressOf } from '../../../src/rollout/refresh/progress.ts';
import type { Member, State } from '../../../src/rollout/refresh/state.ts';
import { group, member, NEW, OLD, PLAIN, play, type Scene, template } from '../imagined.ts';

const RUNS = { numRuns: 400 };

/** A minimum, and a maximum at most 100 above it, or none. */
const band = fc
  .tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), fc.boolean())
  .map(([minimum, more, isGiven]) => ({
    minimumHealthyPercent: minimum,
    maximumHealthyPercent: isGiven ? Math.max(100, Math.min(200, minimum + more)) : undefined,
  }));

const checkpointPercents = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 3 })
  .map((percents) => [...percents.toSorted((one, other) => one - other), 100]);

const preferences: fc.Arbitrary<Preferences> = fc
  .record({
    band,
    warmupSeconds: fc.integer({ min: 0, max: 900 }),
    checkpointPercents,
    checkpointDelaySeconds: fc.integer({ min: 0, max: 7200 }),
    bakeSeconds: fc.integer({ min: 0, max: 3600 }),
    skipMatching: fc.boolean(),
    autoRollback: fc.boolean(),
    scaleInProtected: fc.constantFrom('Refresh' as const, 'Ignore' as const, 'Wait' as const),
    standby: fc.constantFrom('Terminate' as const, 'Ignore' as const, 'Wait' as const),
  })
  .map(({ band: percents, ...rest }) => ({ ...PLAIN, ...rest, ...percents, alarms: ['errors'] }));

const size = fc.integer({ min: 0, max: 12 });

/** Any mix of old, updated, protected and standby instances, of which those in standby come on top. */
const anyGroup: fc.Arbitrary<State> = fc
  .array(
    fc.record({
      isUpdated: fc.boolean(),
      scaleInProtected: fc.boolean(),
      state: fc.constantFrom('InService' as const, 'InService' as const, 'Standby' as const),
    }),
    { maxLength: 10 },
  )
  .map((kinds) => {
    const members = kinds.map(({ isUpdated, ...changes }, index) =>
      member(index, { ...changes, launchTemplate: template(isUpdated ? '2' : '1') }),
    );
    const desiredCapacity = members.filter(isRunning).length;
    return group(0, { members, desiredCapacity, nextSequence: members.length });
  });

/** Every launch works, in a time of its own. */
const workingLaunch = fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 8 }).map(
  (seconds) =>
    (sequence: number): Launch => ({ seconds: seconds[sequence % seconds.length] ?? 1 }),
);

/** Launches that fail for ever, and ones that turn unhealthy until some sixty have. */
const anyLaunch = fc
  .array(
    fc.record({
      seconds: fc.integer({ min: 1, max: 600 }),
      fails: fc.boolean(),
      unhealthyAfterSeconds: fc.integer({ min: 1, max: 600 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((launches) => (sequence: number): Launch => {
    const {
      seconds = 1,
      fails = false,
      unhealthyAfterSeconds = 1,
    } = launches[sequence % launches.length] ?? {};
    return { seconds, fails, ...(sequence % 3 > 0 || sequence > 60 ? {} : { unhealthyAfterSeconds }) };
  });

const anyEvent: fc.Arbitrary<TimedEvent> = fc.record({
  atSeconds: fc.integer({ min: 1, max: 20_000 }),
  event: fc.oneof(
    fc.record({ kind: fc.constant('cancel' as const), waitsForTransitions: fc.boolean() }),
    fc.record({ kind: fc.constant('rollback' as const) }),
    fc.record({ kind: fc.constant('capacity' as const), desired: size }),
    fc.record({
      kind: fc.constant('alarm' as const),
      name: fc.constant('errors'),
      state: fc.constantFrom('OK' as const, 'ALARM' as const, 'INSUFFICIENT_DATA' as const),
    }),
    fc.record({
      kind: fc.constant('protection' as const),
      instance: fc.constantFrom('a', 'b', 'c', 'new-5'),
      isOn: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('terminated' as const), instance: fc.constantFrom('a', 'b', 'new-3') }),
    fc.record({
      kind: fc.constant('health' as const),
      instance: fc.constantFrom('a', 'b', 'c', 'new-4'),
      health: fc.constantFrom('Healthy' as const, 'Unhealthy' as const),
    }),
  ),
});

const calmScene: fc.Arbitrary<Scene> = fc.record({
  group: size.map((count) => group(count)),
  preferences,
  launch: workingLaunch,
  terminateSeconds: fc.integer({ min: 0, max: 300 }),
});

const wildScene: fc.Arbitrary<Scene> = fc.record({
  group: anyGroup,
  preferences,
  launch: anyLaunch,
  terminateSeconds: fc.integer({ min: 0, max: 300 }),
  events: fc.array(anyEvent, { maxLength: 6 }),
});

function ready({ state, atSeconds }: Moment): number {
  return state.members.filter((one) => isReady(one, atSeconds)).length;
}

function isFrom(configuration: Configuration) {
  return (one: Member) => matches(one, configuration);
}

function status(played: Simulation) {
  return played.state.refresh?.status;
}

test('where launches work, capacity never leaves the band, and every instance ends on the new version', () => {
  fc.assert(
    fc.property(calmScene, (scene) => {
      const played = play(scene);
      const wanted = { ...PLAIN, ...scene.preferences };
      const { minimumReady, maximumRunning } = bandOf(scene.group.desiredCapacity, wanted);
      for (const moment of played.moments) {
        const running = moment.state.members.filter(isRunning).length;
        assert.ok(ready(moment) >= minimumReady, `${ready(moment)} ready at ${moment.atSeconds}`);
        assert.ok(running <= maximumRunning, `${running} running at ${moment.atSeconds}`);
      }
      assert.equal(status(played), 'Successful');
      assert.equal(played.state.members.length, scene.group.desiredCapacity);
      assert.ok(played.state.members.every(isFrom(NEW)));
      assert.deepEqual(played.state.configuration, NEW);
    }),
    RUNS,
  );
});

test('the band is left by one instance only where its percentages allow no replacement', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), band, (count, percents) => {
      const { minimumReady, maximumRunning, left } = bandOf(count, percents);
      const { minimumHealthyPercent: minimum, maximumHealthyPercent: maximum = 100 } = percents;
      assert.ok(maximumRunning - minimumReady >= 1);
      assert.ok(minimumReady * 100 >= minimum * count - (left === 'minimum' ? 100 : 0));
      assert.ok(maximumRunning * 100 <= maximum * count + (left === 'maximum' ? 100 : 0));
    }),
    RUNS,
  );
});

test('where launches work, the percentage never falls, and nothing is replaced twice', () => {
  fc.assert(
    fc.property(calmScene, (scene) => {
      const played = play(scene);
      let last = 0;
      for (const { state, atSeconds } of played.moments) {
        assert.ok(state.refresh !== undefined);
        const { percentComplete } = progressOf(state, state.refresh, atSeconds);
        assert.ok(percentComplete >= last, `${percentComplete} after ${last} at ${atSeconds}`);
        last = percentComplete;
      }
      assert.equal(last, 100);
      const launches = played.actions.filter(({ action }) => action.kind === 'launch');
      assert.equal(launches.length, scene.group.desiredCapacity);
    }),
    RUNS,
  );
});

test('whatever happens, it comes to an end, and saves what it launched only with a success', () => {
  fc.assert(
    fc.property(wildScene, (scene) => {
      const played = play(scene);
      const { refresh, configuration } = played.state;
      assert.ok(refresh !== undefined && hasEnded(refresh.status), `it is ${refresh?.status}`);
      assert.deepEqual(configuration, refresh.status === 'Successful' ? NEW : OLD);
      assert.equal(refresh.surge, 0);
    }),
    RUNS,
  );
});

test('a success leaves nothing old but what was to be left alone', () => {
  fc.assert(
    fc.property(wildScene, ({ events: _, ...scene }) => {
      const played = play({ ...scene, launch: () => ({ seconds: 30 }) });
      if (status(played) !== 'Successful') return;
      const isIgnored = (one: Member) =>
        one.state === 'Standby' || (one.scaleInProtected && scene.preferences?.scaleInProtected === 'Ignore');
      assert.deepEqual(
        played.state.members.filter((one) => !isFrom(NEW)(one) && !isIgnored(one)),
        [],
      );
    }),
    RUNS,
  );
});

test('a rollback that succeeds leaves nothing that the refresh launched', () => {
  fc.assert(
    fc.property(calmScene, fc.integer({ min: 1, max: 3000 }), (scene, atSeconds) => {
      const played = play({ ...scene, events: [{ atSeconds, event: { kind: 'rollback' } }] });
      if (status(played) === 'Successful') return;
      assert.equal(status(played), 'RollbackSuccessful');
      assert.equal(played.state.members.length, scene.group.desiredCapacity);
      assert.ok(played.state.members.every(isFrom(OLD)));
    }),
    RUNS,
  );
});

test('a cancel leaves a whole group, of both versions, and the saved configuration', () => {
  fc.assert(
    fc.property(calmScene, fc.integer({ min: 1, max: 3000 }), fc.boolean(), (scene, atSeconds, waits) => {
      const event = { kind: 'cancel', waitsForTransitions: waits } as const;
      const played = play({ ...scene, events: [{ atSeconds, event }] });
      if (status(played) === 'Successful') return;
      assert.equal(status(played), 'Cancelled');
      assert.deepEqual(played.state.configuration, OLD);
      const running = played.state.members.filter(isRunning);
      assert.equal(running.length, scene.group.desiredCapacity);
    }),
    RUNS,
  );
});

test('what is terminated was there, and nothing is terminated or launched twice', () => {
  fc.assert(
    fc.property(wildScene, (scene) => {
      const there = new Set(scene.group.members.map(({ id }) => id));
      const launched = new Set<string>();
      for (const { action } of play(scene).actions) {
        if (action.kind === 'launch') {
          assert.ok(!launched.has(action.instance));
          launched.add(action.instance);
          there.add(action.instance);
        }
        if (action.kind === 'terminate') assert.ok(there.delete(action.instance), action.instance);
      }
    }),
    RUNS,
  );
});
