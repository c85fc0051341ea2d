import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Happening } from '../../src/alerts/model.ts';
import { PROBE } from '../../src/ossec/own-rule-ids.ts';
import { sparkline } from '../../src/report/alerts/sparkline.ts';
import { judged, NOW, on } from './judge.ts';
import type { Wanted } from './support.ts';

test('the same alert on most of a group within minutes is a storm, named after what had just begun', () => {
  const push: Happening = { kind: 'push', name: 'web', from: NOW - 7300, to: NOW - 7300 };
  const earlier: Happening = { kind: 'rollout', name: 'web', from: NOW - 50_000, to: NOW - 40_000 };
  const burst = on(8, (n) => ({ rule: 550, level: 7, file: '/etc/x', time: NOW - 7200 + n * 60 }));
  const summary = judged([...burst, { rule: 5720, host: 'i-3', time: NOW - 60 }], 10, [earlier, push]);
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
  assert.deepEqual(judged(spread, 10).storms, []);
  assert.deepEqual(
    judged(
      on(4, () => ({ time: NOW - 100 })),
      10,
    ).storms,
    [],
  );
  assert.deepEqual(
    judged(
      on(2, () => ({ time: NOW - 100 })),
      2,
    ).storms,
    [],
  );
});

test("bake's own question whether OSSEC hears is none", () => {
  const asked = on(10, () => ({ rule: PROBE, level: 3, time: NOW - 100 }));
  assert.deepEqual(judged(asked, 10).storms, []);
});

test('a storm of long ago is explained by nothing of today', () => {
  const burst = on(5, () => ({ time: NOW - 70_000 }));
  const later: Happening = { kind: 'push', name: 'web', from: NOW - 1000, to: NOW - 1000 };
  const [storm] = judged(burst, 5, [later]).storms;
  assert.equal(storm?.because, undefined);
});

test('what is new is said only where somebody could have looked before', () => {
  const rows = (alerts: readonly Wanted[]) =>
    judged(alerts, 1).rows.map(({ rule, isNew, before }) => [rule, isNew, before]);
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

const push = (from: number): Happening => ({ kind: 'push', name: 'web', from, to: from });
const AT = NOW - 36_000;
const changed = (file: string, time = AT): Wanted => ({ rule: 550, level: 7, file, time, log: file });
const about = (rows: ReadonlyArray<{ readonly subjects: ReadonlyArray<{ readonly value: string }> }>) =>
  rows.map(({ subjects }) => subjects.map(({ value }) => value));

test("an intruder's change in the minutes of a storm stays an incident of its own", () => {
  const { storms, incidents, rows } = judged(
    [...on(6, (n) => changed('/etc/nginx.conf', AT + n * 30)), { ...changed('/usr/bin/sudo'), host: 'i-3' }],
    6,
  );
  assert.deepEqual([rows[0]?.count, storms[0]?.count, about(storms)], [7, 6, [['/etc/nginx.conf']]]);
  const [incident, ...more] = incidents;
  assert.equal(more.length, 0);
  assert.deepEqual(
    [incident?.count, incident?.hosts, about(incidents), incident?.example?.log],
    [1, [{ host: 'i-3', count: 1 }], [['/usr/bin/sudo']], '/usr/bin/sudo'],
  );
  assert.equal(
    incident?.timeline.reduce((sum, count) => sum + count, 0),
    1,
  );
});

test('different files on different hosts are not the same alert', () => {
  const { storms, incidents } = judged(
    on(6, (n) => changed(`/etc/${n}`)),
    6,
  );
  assert.deepEqual([storms.length, incidents[0]?.count], [0, 6]);
});

test('files that change together are one storm', () => {
  const files = ['/etc/a', '/etc/b'].flatMap((file, index) =>
    on(6, (n) => changed(file, AT + 30 * n + 200 * index)),
  );
  const { storms, incidents } = judged(files, 6);
  assert.deepEqual([storms[0]?.count, about(storms), incidents.length], [12, [['/etc/a', '/etc/b']], 0]);
});

test('a port that only one host has open beside that of all is an incident', () => {
  const open = (ports: string) => ({ rule: 990_002, level: 10, time: AT, log: `undeclared=${ports}` });
  const { storms, incidents } = judged(
    [
      ...on(5, () => open('tcp/0.0.0.0:9100(node)')),
      { ...open('tcp/0.0.0.0:9100(node),tcp/0.0.0.0:31337(nc)'), host: 'i-7' },
    ],
    6,
  );
  assert.deepEqual(about(storms), [['9100/tcp']]);
  assert.deepEqual(about(incidents), [['31337/tcp, 9100/tcp']]);
});

test('what storms do not tell apart, stays to be looked at', () => {
  const cases: Wanted[] = [
    // One line of a log says nothing of the others.
    { rule: 2902, level: 7, time: AT },
    { rule: 5720, level: 10, time: AT, address: '203.0.113.7' },
  ];
  for (const wanted of cases) {
    const { incidents } = judged(
      on(6, () => wanted),
      6,
    );
    assert.equal(incidents[0]?.count, 6);
  }
});

test('the same alert again, hours later, on one host alone, is no part of a storm', () => {
  const bursts = [0, 1200, 2400].flatMap((later) => on(5, (n) => changed('/etc/a', AT + later + n * 30)));
  const { storms, incidents, rows } = judged(
    [...bursts, { ...changed('/etc/a', AT + 30_000), host: 'i-2' }],
    5,
  );
  assert.deepEqual([rows[0]?.count, storms.map(({ count }) => count)], [16, [5, 5, 5]]);
  assert.deepEqual([incidents[0]?.count, incidents[0]?.hosts], [1, [{ host: 'i-2', count: 1 }]]);
  assert.equal(incidents[0]?.example?.time, AT + 30_000);
});

test('what is always so is no storm, and what stands out from it is one', () => {
  const noise = Array.from({ length: 288 }, (_, n) =>
    on(6, () => ({ level: 3, time: NOW - 1 - n * 300 })),
  ).flat();
  assert.deepEqual(judged(noise, 6).storms, []);
  const outbreak = Array.from({ length: 8 }, () => on(6, () => ({ level: 3, time: AT }))).flat();
  assert.equal(judged([...noise, ...outbreak], 6).storms.length, 1);
});

test('a storm is named after what had just begun or ended, and how long before', () => {
  const minutes = 60;
  const window: Happening = {
    kind: 'maintenance',
    name: 'window',
    from: AT - 90 * minutes,
    to: AT - 20 * minutes,
  };
  const rollout: Happening = { kind: 'rollout', name: 'of web', from: AT - 120 * minutes, to: undefined };
  const cases: Array<[Happening[], unknown]> = [
    [[push(AT - 10 * minutes)], ['push', 'after', 10 * minutes]],
    [[push(AT - 40 * minutes)], undefined],
    [[push(AT - 20 * 3600)], undefined],
    [[push(AT + 10 * minutes)], undefined],
    // In the same bucket of five minutes.
    [[push(AT + 60)], ['push', 'after', 0]],
    [[window], ['maintenance', 'after', 20 * minutes]],
    [[{ ...window, to: AT - 40 * minutes }], undefined],
    [[{ ...window, to: AT + minutes }], ['maintenance', 'during', 90 * minutes]],
    [
      [rollout, window],
      ['maintenance', 'after', 20 * minutes],
    ],
    [[rollout], ['rollout', 'during', 120 * minutes]],
  ];
  const alerts = on(6, (n) => changed('/etc/a', AT + n * 20));
  for (const [happenings, expected] of cases) {
    const because = judged(alerts, 6, happenings).storms[0]?.because;
    assert.deepEqual(because && [because.kind, because.relation, because.afterSeconds], expected);
  }
});

test('alerts ahead of now are counted, and stretch no period', () => {
  const { period, ahead, rows, incidents } = judged(
    [changed('/etc/a', NOW + 600), changed('/etc/b', NOW - 600)],
    1,
  );
  assert.deepEqual([period.to, ahead, rows[0]?.count, incidents[0]?.count], [NOW, 1, 2, 2]);
});
