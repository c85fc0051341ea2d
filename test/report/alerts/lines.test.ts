/** What a person at a terminal sees first, and how wide. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { readAlert } from '../../../src/alerts/read-alert.ts';
import { reportOf } from '../../../src/alerts/report.ts';
import { summarize } from '../../../src/alerts/summarize.ts';
import { Tally } from '../../../src/alerts/tally.ts';
import { alertLines } from '../../../src/report/alerts/lines.ts';
import { PLAIN } from '../../../src/report/screen.ts';
import { alertLine, type Wanted } from '../../alerts/support.ts';

const NOW = 1_793_520_000;
const PERIOD = { from: NOW - 86_400, to: NOW, previousFrom: NOW - 2 * 86_400 };
const LONG = 'A description that goes on and on, as some of OSSEC do, until no terminal has room for it';

const STORM = Array.from(
  { length: 6 },
  (_, n): Wanted => ({
    ...{ rule: 550, level: 7, description: 'Integrity checksum changed.', file: '/etc/nginx/nginx.conf' },
    ...{ host: `i-${n}`, time: NOW - 7200 + n * 20 },
  }),
);
const INCIDENT: Wanted = {
  ...{ rule: 5720, host: 'i-3', time: NOW - 600, description: LONG, address: '203.0.113.7' },
  log: `${'word '.repeat(200)}\nsecond line`,
};
const USUAL: Wanted = { rule: 5716, level: 5, description: 'SSHD authentication failed.', time: NOW - 50 };
const EARLIER: Wanted = { ...USUAL, time: NOW - 100_000 };

function reported(alerts: readonly Wanted[]) {
  const tally = new Tally(PERIOD);
  for (const wanted of alerts) {
    const alert = readAlert(alertLine(wanted));
    if (alert) tally.add(alert, 'f');
  }
  const known = { period: PERIOD, hostCount: 8, happenings: [] };
  return reportOf(summarize(tally.result(), known), {
    ...{ title: 'alerts of web-1', hostCount: 8, problems: new Map([['i-7', 'not online']]) },
    ...{ roles: new Map(), watched: [], tamperings: [] },
  });
}

const report = reported([...STORM, INCIDENT, USUAL, EARLIER]);

test('the first line says what to do, and sections come in the order of their use', () => {
  const lines = alertLines(report);
  assert.equal(lines[0], 'alerts of web-1: 2 to be looked at, 1 storm, 1 rule as usual');
  assert.match(lines[1] ?? '', /^8 alerts on 7 of 8 instances, /);
  assert.deepEqual(
    lines.filter((line) => /^[A-Z]/.test(line)).map((line) => line.split(':')[0]),
    ['To be looked at', 'By rule', 'Storms', 'Where most alerts are', 'Where most come from', 'Not known'],
  );
});

for (const columns of [80, 200]) {
  test(`at ${columns} columns nothing wraps but what is to be copied`, () => {
    const lines = alertLines(report, { columns, colours: true }).map(stripVTControlCharacters);
    for (const line of lines) assert.ok(stringWidth(line) <= columns || /^ {10}/.test(line), line);
    const row = lines.find((line) => /^ +10 +5720 /.test(line)) ?? '';
    assert.equal(row.endsWith('…'), columns === 80);
  });
}

test('the blocks of a narrow screen add up to those of a wide one, with the period below', () => {
  const scaleAt = (columns: number) =>
    alertLines(report, { columns, colours: false }).find((line) =>
      /^ +\d\d-\d\d \d\d:\d\d +\d\d-\d\d/.test(line),
    );
  assert.match(scaleAt(80) ?? '', /\d {2}\d\d-/);
  assert.match(scaleAt(200) ?? '', / {26}/);
});

test('colours only where the screen has them: the level, what is new', () => {
  const isColoured = (line: string) => line.includes('\u001b[');
  assert.ok(alertLines(report, { columns: 80, colours: true }).some((line) => line.includes('\u001b[31m')));
  assert.ok(!alertLines(report, { columns: 80, colours: false }).some(isColoured));
  assert.ok(!alertLines(report, PLAIN).some(isColoured));
});

test('a log line of several lines is one, and cut', () => {
  const short = reported([{ ...INCIDENT, log: 'one\n  two\n' }]);
  assert.ok(alertLines(short).some((line) => line.endsWith(': one ↵ two')));
  assert.ok(alertLines(report).some((line) => line.endsWith('…')));
});
