/** What the three calls are refused for, by AWS's names. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimedEvent } from '../../../src/rollout/predict/simulate.ts';
import type { Preferences } from '../../../src/rollout/preferences.ts';
import type { Refusal, State } from '../../../src/rollout/refresh/state.ts';
import { configuration, group, NEW, OLD, PLAIN, play, template, told } from '../imagined.ts';

const again: TimedEvent = {
  atSeconds: 10,
  event: { kind: 'start', id: 'second', desired: NEW, preferences: PLAIN },
};
const cancelled: TimedEvent = { atSeconds: 5, event: { kind: 'cancel', waitsForTransitions: true } };
const rolledBack: TimedEvent = { atSeconds: 20, event: { kind: 'rollback' } };

interface Case {
  readonly what: string;
  readonly group?: State;
  readonly desired?: 'none';
  readonly preferences?: Partial<Preferences>;
  readonly events?: readonly TimedEvent[];
  readonly refusals: readonly Refusal['code'][];
}

const CASES: readonly Case[] = [
  { what: 'a second refresh', events: [again], refusals: ['InstanceRefreshInProgress'] },
  {
    what: 'a second refresh while the first one is being cancelled',
    events: [cancelled, again],
    refusals: ['InstanceRefreshInProgress'],
  },
  { what: 'a refresh after the end of the one before', events: [{ ...again, atSeconds: 500 }], refusals: [] },
  {
    what: 'an alarm that is in ALARM',
    group: group(2, { alarms: { errors: 'ALARM' } }),
    preferences: { alarms: ['errors'] },
    refusals: ['ValidationError'],
  },
  {
    what: 'an alarm that lacks data',
    group: group(2, { alarms: { errors: 'INSUFFICIENT_DATA' } }),
    preferences: { alarms: ['errors'] },
    refusals: ['ValidationError'],
  },
  {
    what: 'auto rollback without a desired configuration',
    desired: 'none',
    preferences: { autoRollback: true },
    refusals: ['ValidationError'],
  },
  {
    what: 'auto rollback to $Latest',
    group: group(2, { configuration: configuration('$Latest') }),
    preferences: { autoRollback: true },
    refusals: ['ValidationError'],
  },
  {
    what: 'a rollback without a desired configuration',
    desired: 'none',
    events: [rolledBack],
    refusals: ['IrreversibleInstanceRefresh'],
  },
  {
    what: 'a rollback to $Default',
    group: group(2, { configuration: configuration('$Default') }),
    events: [rolledBack],
    refusals: ['IrreversibleInstanceRefresh'],
  },
  {
    what: 'a rollback to an override of $Latest',
    group: group(2, {
      configuration: {
        ...OLD,
        mixed: {
          distribution: {},
          overrides: [
            {
              instanceType: 't3.micro',
              weight: undefined,
              imageId: undefined,
              launchTemplate: template('$Latest'),
              hasRequirements: false,
              rest: {},
            },
          ],
        },
      },
    }),
    events: [rolledBack],
    refusals: ['IrreversibleInstanceRefresh'],
  },
  {
    what: 'a rollback to an AMI that is an SSM parameter',
    group: group(2, { imageIsParameter: true }),
    events: [rolledBack],
    refusals: ['IrreversibleInstanceRefresh'],
  },
  {
    what: 'a rollback of one that is rolled back already',
    events: [rolledBack, { ...rolledBack, atSeconds: 30 }],
    refusals: ['ActiveInstanceRefreshNotFound'],
  },
  {
    what: 'a rollback after the end',
    events: [{ ...rolledBack, atSeconds: 500 }],
    refusals: ['ActiveInstanceRefreshNotFound'],
  },
  {
    what: 'a rollback of one that is being cancelled',
    events: [cancelled, rolledBack],
    refusals: ['ActiveInstanceRefreshNotFound'],
  },
  {
    what: 'a cancel after the end',
    events: [{ ...cancelled, atSeconds: 500 }],
    refusals: ['ActiveInstanceRefreshNotFound'],
  },
  { what: 'a cancel that is said twice', events: [cancelled, cancelled], refusals: [] },
];

for (const { what, group: state = group(2), desired, preferences, events, refusals } of CASES) {
  test(`${what}: ${refusals.join() || 'taken'}`, () => {
    const played = play({
      group: state,
      ...(desired === undefined ? {} : { desired }),
      ...(preferences === undefined ? {} : { preferences }),
      ...(events === undefined ? {} : { events }),
    });
    assert.deepEqual(
      played.refusals.map(({ code }) => code),
      refusals,
    );
    if (events === undefined && refusals.length > 0) assert.deepEqual(told(played), []);
  });
}
