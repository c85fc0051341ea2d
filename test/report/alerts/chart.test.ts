import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Row } from '../../../src/alerts/row.ts';
import { chartOf, placeOf } from '../../../src/report/alerts/chart.ts';
import { halved, sparkline } from '../../../src/report/alerts/sparkline.ts';
import { ticksOf } from '../../../src/report/alerts/ticks.ts';

/** 2026-11-01, 12:00 UTC. */
const NOON = 1_793_534_400;
const DAY = { from: NOON - 86_400, to: NOON, previousFrom: undefined };

const row = (level: number, timeline: readonly number[]): Row => ({
  ...{ rule: level, level, description: '', count: 0, before: 0, isNew: undefined, hosts: [] },
  ...{ timeline, subjects: [], others: 0, example: undefined },
});

test('bars are of three tones, as high as their share of the highest', () => {
  const rows = [row(12, [1, 0]), row(10, [1, 0]), row(7, [2, 0]), row(3, [4, 2])];
  const { bars, peak, secondsOfBar } = chartOf({ rows, storms: [], period: DAY });
  assert.deepEqual([peak, secondsOfBar], [8, 43_200]);
  assert.deepEqual(
    bars.map(({ heights }) => heights),
    [
      { high: 25, middle: 25, low: 50 },
      { high: 0, middle: 0, low: 25 },
    ],
  );
});

test('times are labelled at round ones, never more than have room, within the period', () => {
  assert.deepEqual(
    ticksOf(DAY).map(({ label }) => label),
    ['12:00', '16:00', '20:00', 'Nov 1', '04:00', '08:00', '12:00'],
  );
  const seconds = fc.integer({ min: 1, max: 4_000_000_000 });
  fc.assert(
    fc.property(seconds, seconds, (a, b) => {
      const ticks = ticksOf({ from: Math.min(a, b), to: Math.max(a, b) + 1, previousFrom: undefined });
      assert.ok(ticks.length <= 7);
      for (const { at } of ticks) assert.ok(at >= 0 && at <= 100);
    }),
  );
});

test('what began before the period is at its beginning', () => {
  assert.deepEqual(
    [NOON - 90_000, NOON - 43_200, NOON + 5].map((time) => placeOf(time, DAY)),
    [0, 50, 100],
  );
});

test('a line of blocks', () => {
  assert.equal(sparkline([0, 1, 4, 8]), ' ▁▄█');
  assert.deepEqual(halved([1, 2, 3]), [3, 3]);
});
