import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Happening } from '../../src/alerts/model.ts';
import { readAlert } from '../../src/alerts/read-alert.ts';
import { summarize } from '../../src/alerts/summarize.ts';
import { Tally } from '../../src/alerts/tally.ts';
import { sparkline } from '../../src/report/alerts/sparkline.ts';
import { alertLine, type Wanted } from './support.ts';

const NOW = 1_793_520_000;
const PERIOD = { from: NOW - 86_400, to: NOW, previousFrom: NOW - 2 * 86_400 };

function summaryOf(alerts: readonly Wanted[], hostCount: number, happenings: readonly Happening[] = []) {
  const tally = new Tally(PERIOD);
  for (const wanted of alerts) {
    const alert = readAlert(alertLine(wanted));
    if (alert) tally.add(alert, 'f');
  }
  return summarize(tally.result(), { period: PERIOD, hostCount, happenings });
}

const on = (hosts: number, wanted: (n: number) => Wanted) =>
  Array.from({ length: hosts }, (_, n) => ({ ...wanted(n), host: `i-${n}` }));

test('the same alert on most of a group within minutes is a storm, named after what had just begun', () => {
  const push: Happening = { kind: 'push', name: 'web', from: NOW - 7300, to: NOW - 7300 };
  const earlier: Happening = { kind: 'rollout', name: 'web', from: NOW - 50_000, to: NOW - 40_000 };
  const burst = on(8, (n) => ({ rule: 550, level: 7, file: '/etc/x', time: NOW - 7200 + n * 60 }));
  const summary = summaryOf([...burst, { rule: 5720, host: 'i-3', time: NOW - 60 }], 10, [earlier, push]);
  const [storm, ...more] = summary.storms;
  assert.equal(more.length, 0);
  assert.deepEqual(
    [storm?.rule, storm?.hosts.length, storm?.of, storm?.because],
    [550, 8, 10, { ...push, relation: 'after', afterSeconds: 100 }],
  );
  assert.deepEqual(
    summary.incidents.map(({ rule }) => rule),
    [5720],
  );
});

test('the same alerts over a day, or on few, are none', () => {
  const spread = on(10, (n) => ({ time: NOW - 80_000 + n * 8000 }));
  assert.deepEqual(summaryOf(spread, 10).storms, []);
  assert.deepEqual(
    summaryOf(
      on(4, () => ({ time: NOW - 100 })),
      10,
    ).storms,
    [],
  );
  assert.deepEqual(
    summaryOf(
      on(2, () => ({ time: NOW - 100 })),
      2,
    ).storms,
    [],
  );
});

test('a storm of long ago is explained by nothing of today', () => {
  const burst = on(5, () => ({ time: NOW - 70_000 }));
  const later: Happening = { kind: 'push', name: 'web', from: NOW - 1000, to: NOW - 1000 };
  const [storm] = summaryOf(burst, 5, [later]).storms;
  assert.equal(storm?.because, undefined);
});

test('what is new is said only where somebody could have looked before', () => {
  const rows = (alerts: readonly Wanted[]) =>
    summaryOf(alerts, 1).rows.map(({ rule, isNew, before }) => [rule, isNew, before]);
  assert.deepEqual(rows([{ rule: 1, time: NOW - 5 }]), [[1, undefined, 0]]);
  const old = NOW - 100_000;
  assert.deepEqual(
    rows([
      { rule: 1, time: old },
      { rule: 1, time: NOW - 5 },
      { rule: 2, level: 3, time: NOW - 5 },
    ]),
    [
      [1, false, 1],
      [2, true, 0],
    ],
  );
});

test('a line of blocks', () => assert.equal(sparkline([0, 1, 4, 8]), ' ▁▄█'));
