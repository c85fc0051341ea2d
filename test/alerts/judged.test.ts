/** What holds of storms and incidents, whatever the alerts are. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAlert, subjectOf } from '../../src/alerts/read-alert.ts';
import type { Judged } from '../../src/alerts/summarize.ts';
import { judged, NOW } from './judge.ts';
import { alertLine, type Wanted } from './support.ts';

const HOSTS = 6;
const NEEDED = 3;

const kinds = fc.oneof(
  fc.record({
    rule: fc.constant(550),
    level: fc.constant(7),
    file: fc.constantFrom('/etc/a', '/etc/b', '/usr/bin/x'),
  }),
  fc.record({
    ...{ rule: fc.constant(990_002), level: fc.constant(10) },
    log: fc.constantFrom('undeclared=tcp/*:80(x)', 'undeclared=tcp/*:80(x),tcp/*:81(y)'),
  }),
  fc.record({ rule: fc.constant(5720), level: fc.constant(10), address: fc.constantFrom('a', 'b') }),
  fc.record({ rule: fc.constant(2902), level: fc.constant(7) }),
  fc.record({ rule: fc.constant(554), level: fc.constant(5), file: fc.constant('/etc/a') }),
);

/** Some at any time, and some together, as storms are. */
const alerts: fc.Arbitrary<Wanted[]> = fc
  .array(
    fc.record({
      kind: kinds,
      at: fc.integer({ min: 1, max: 40_000 }),
      on: fc.uniqueArray(fc.integer({ min: 0, max: HOSTS - 1 }), { minLength: 1, maxLength: HOSTS }),
      apart: fc.constantFrom(0, 60, 400),
    }),
    { maxLength: 25 },
  )
  .map((groups) =>
    groups.flatMap(({ kind, at, on, apart }) =>
      on.map((host, index) => ({ ...kind, host: `i-${host}`, time: NOW - at - index * apart })),
    ),
  );

const keyOf = (wanted: Wanted) => {
  const alert = readAlert(alertLine(wanted)) ?? assert.fail();
  const { kind, value } = subjectOf(alert);
  return { key: `${alert.rule} ${kind} ${value}`, isTheSame: kind === 'file' || kind === 'port' };
};

function inStorms({ storms }: Judged): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { rule, subjects } of storms) {
    for (const { kind, value, count } of subjects) {
      const key = `${rule} ${kind} ${value}`;
      counts.set(key, (counts.get(key) ?? 0) + count);
    }
  }
  return counts;
}

function leftToLookAt({ incidents }: Judged): Map<string, number> {
  const all = incidents.flatMap(({ rule, subjects }) =>
    subjects.map(({ kind, value, count }): [string, number] => [`${rule} ${kind} ${value}`, count]),
  );
  return new Map(all);
}

test('storms have no alert in common, and a grave one outside of them is always to be looked at', () => {
  fc.assert(
    fc.property(alerts, (wanted) => {
      const result = judged(wanted, HOSTS);
      const [storms, left] = [inStorms(result), leftToLookAt(result)];
      for (const [key, same] of Map.groupBy(wanted, (one) => keyOf(one).key)) {
        const inStorm = storms.get(key) ?? 0;
        assert.ok(inStorm <= same.length, `${key}: ${inStorm} of ${same.length}`);
        const [first = {}] = same;
        const hidden = keyOf(first).isTheSame ? inStorm : 0;
        const expected = (first.level ?? 0) >= 7 ? same.length - hidden : 0;
        assert.equal(left.get(key) ?? 0, expected, key);
      }
      for (const { rule, count, hosts } of result.incidents) {
        const own = [...left].filter(([key]) => key.startsWith(`${rule} `));
        assert.equal(
          own.reduce((sum, [, of]) => sum + of, 0),
          count,
        );
        assert.equal(
          hosts.reduce((sum, of) => sum + of.count, 0),
          count,
        );
      }
    }),
    { numRuns: 400 },
  );
});

test('a storm is on most hosts, within its time, and what few of them say is in none', () => {
  fc.assert(
    fc.property(alerts, (wanted) => {
      for (const { rule, from, to, subjects, hosts, count } of judged(wanted, HOSTS).storms) {
        assert.ok(to - from <= 3 * 3600 && hosts.length >= NEEDED);
        assert.equal(
          subjects.reduce((sum, one) => sum + one.count, 0),
          count,
        );
        for (const { kind, value } of subjects) {
          const said = wanted.filter(
            (one) =>
              keyOf(one).key === `${rule} ${kind} ${value}` &&
              (one.time ?? 0) >= from &&
              (one.time ?? 0) < to,
          );
          assert.ok(new Set(said.map(({ host }) => host)).size >= NEEDED, value);
        }
      }
    }),
    { numRuns: 400 },
  );
});
