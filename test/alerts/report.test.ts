import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Happening } from '../../src/alerts/model.ts';
import { isToBeLookedAt, reportOf, unexplainedOf } from '../../src/alerts/report.ts';
import type { Role } from '../../src/fleet/model.ts';
import { unexplainedWords } from '../../src/report/alerts/words.ts';
import { testRole } from '../support/fleet.ts';
import { judged, NOW, on } from './judge.ts';
import type { Wanted } from './support.ts';

const AT = NOW - 36_000;
const push: Happening = { kind: 'push', name: 'web', from: AT - 60, to: AT - 60 };
const changed = (file: string, time = AT, rule = 550): Wanted => ({
  rule,
  level: rule === 550 ? 7 : 5,
  file,
  time,
});

function reported(
  alerts: readonly Wanted[],
  happenings: readonly Happening[] = [],
  roles = new Map<string, Role>(),
) {
  const parts = { title: '', hostCount: 6, problems: new Map(), roles, watched: [], tamperings: [] };
  return reportOf(judged(alerts, 6, happenings), parts);
}

test('the storms of a rule are one story, about what rang in them alone', () => {
  const storms = [0, 7200, 14_400].flatMap((later) =>
    on(later === 7200 ? 6 : 4, () => changed('/etc/a', AT + later)),
  );
  const [story, ...more] = reported([...storms, changed('/etc/b', AT)]).stories;
  assert.equal(more.length, 0);
  assert.deepEqual(
    [story?.storms.map(({ count }) => count), story?.storm.count, story?.subjects],
    [[6, 4, 4], 6, [{ kind: 'file', value: '/etc/a', count: 14 }]],
  );
  assert.equal(story?.proposals[0]?.covers, 14);
});

test('what has a known reason comes first, then the gravest', () => {
  const at = (rule: number, time: number) =>
    on(6, () => ({ ...changed(`/etc/${rule}`, time, rule), level: rule % 10 }));
  const stories = reported(
    [...at(1008, AT - 20_000), ...at(1003, AT), ...at(1009, AT - 20_000)],
    [push],
  ).stories;
  assert.deepEqual(
    stories.map(({ rule }) => rule),
    [1003, 1009, 1008],
  );
});

test('lines are for the role of the instances; for those of two, nobody knows whose', () => {
  const [web, jobs] = [testRole(), testRole({ name: 'jobs' })];
  const roles = (own: readonly Role[]) => new Map(own.map((role, n): [string, Role] => [`i-${n}`, role]));
  const lines = (own: readonly Role[]) =>
    reported(
      on(6, () => changed('/etc/a')),
      [],
      roles(own),
    ).stories[0]?.proposals[0]?.lines[1];
  assert.equal(lines(Array(6).fill(jobs)), '  jobs:');
  assert.equal(lines([web, ...Array(5).fill(jobs)]), '  ROLE:');
});

test('somebody has to look for an incident, and for a grave storm that nothing explains', () => {
  const storm = on(6, () => changed('/usr/bin/sudo'));
  const cases: Array<[Wanted[], Happening[], boolean]> = [
    [[], [], false],
    [storm, [push], false],
    [storm, [], true],
    [[...storm, { ...changed('/etc/x'), host: 'i-1' }], [push], true],
    [on(6, () => changed('/usr/bin/sudo', AT, 554)), [], false],
  ];
  for (const [alerts, happenings, expected] of cases)
    assert.equal(isToBeLookedAt(reported(alerts, happenings)), expected);
});

test('of a rule whose largest storm is explained, the one that is not is to be looked at', () => {
  const later = AT + 7200;
  const storms = [...on(6, () => changed('/etc/a')), ...on(4, () => changed('/etc/a', later))];
  const [story] = reported(storms, [push]).stories;
  assert.ok(story);
  assert.equal(story.storm.because?.kind, 'push');
  assert.deepEqual(
    unexplainedOf(story).map(({ count }) => count),
    [4],
  );
  assert.match(
    unexplainedWords(story),
    /^a storm that nothing known explains, .*: 4 alerts on 4 of 6 instances$/,
  );
});
