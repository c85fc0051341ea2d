/** What an image's OSSEC does: the fleet's settings, with the role's on top. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AlertEntry, Hook } from '../../src/fleet/model.ts';
import { effectiveOssec } from '../../src/ossec/config.ts';
import type { FrozenOssec } from '../../src/ossec/model.ts';
import { EMPTY_OSSEC_LAYER, testFleet, testOssec, testRole } from '../support/fleet.ts';

const SLACK: Hook = { url: { kind: 'ssm-parameter', name: '/shop/slack' }, format: 'slack' };
const PAGER: Hook = { url: { kind: 'in-image', environmentVariable: 'PAGER' }, format: 'json' };

function alert(rule: AlertEntry['rule'], parts: Partial<AlertEntry> = {}): AlertEntry {
  return { rule, hook: SLACK, level: undefined, description: undefined, ...parts };
}

function frozen(version: string, parts: Partial<FrozenOssec> = {}): FrozenOssec {
  return {
    sha256: 'a'.repeat(64),
    version,
    commit: undefined,
    standIn: false,
    ruleFiles: ['a_rules.xml'],
    rules: new Map(),
    builtTrees: new Map(),
    ...parts,
  };
}

test('a role adds to what the fleet has, and what it says again counts', () => {
  const role = testRole({
    listens: [
      { protocol: 'tcp', port: 80 },
      { protocol: 'tcp', port: 22 },
    ],
    ossec: {
      ...EMPTY_OSSEC_LAYER,
      alerts: [alert(550, { hook: PAGER, level: 12 }), alert(5720)],
      folders: [
        { path: '/srv', realtime: true, reportChanges: false },
        { path: '/etc', realtime: false, reportChanges: true },
      ],
      ignore: ['/etc/mtab', '/srv/cache'],
      logs: [{ file: '/var/log/a.log', format: 'apache' }],
      localRules: { path: 'web.xml', text: 'web' },
    },
  });
  const fleet = testFleet({
    ossec: testOssec({
      alerts: [alert(510), alert(550)],
      folders: [{ path: '/etc', realtime: true, reportChanges: false }],
      ignore: ['/etc/mtab'],
      logs: [{ file: '/var/log/a.log', format: 'syslog' }],
      localRules: { path: 'base.xml', text: 'base' },
    }),
    roles: [role],
  });
  const config = effectiveOssec(fleet, role);
  assert.equal(config.image, 'web');
  assert.deepEqual(config.folders, [
    { path: '/home/admin/.ssh', realtime: false, reportChanges: false },
    { path: '/etc', realtime: false, reportChanges: true },
    { path: '/srv', realtime: true, reportChanges: false },
  ]);
  assert.deepEqual(config.ignore, ['/etc/mtab', '/srv/cache']);
  assert.deepEqual(config.logs, [{ file: '/var/log/a.log', format: 'apache' }]);
  assert.deepEqual(
    config.localRules.map(({ text }) => text),
    ['base', 'web'],
  );
  assert.deepEqual(
    config.hooks.map(({ name, format }) => `${name} ${format}`),
    ['hook-1 slack', 'hook-2 json'],
  );
  assert.deepEqual(
    config.routes.map(({ ruleId, hook, level }) => [ruleId, hook, level]),
    [
      [510, 'hook-1', undefined],
      [550, 'hook-2', 12],
      [5720, 'hook-1', undefined],
    ],
  );
  assert.deepEqual(
    config.ports.map(({ protocol, port }) => `${protocol}/${port}`),
    ['tcp/22', 'udp/68', 'udp/546', 'tcp/80'],
  );
});

test('the base image has nothing of a role', () => {
  const role = testRole({ ossec: { ...EMPTY_OSSEC_LAYER, ignore: ['/srv'] } });
  const config = effectiveOssec(testFleet({ roles: [role] }));
  assert.equal(config.image, 'base');
  assert.deepEqual(config.ignore, []);
});

describe('where the system log is read', () => {
  const releases = [
    { release: undefined, expected: 'journald' },
    { release: frozen('3.8.0'), expected: 'rsyslog' },
    { release: frozen('4.1.0'), expected: 'rsyslog' },
    { release: frozen('v4.2.0'), expected: 'journald' },
    { release: frozen('4.10.0'), expected: 'journald' },
    { release: frozen('5.0'), expected: 'journald' },
    { release: frozen('unknown'), expected: 'rsyslog' },
    { release: frozen('0.1', { standIn: true }), expected: 'journald' },
  ];
  for (const { release, expected } of releases) {
    test(`${release?.version ?? 'no release'}: ${expected}`, () => {
      const fleet = testFleet({ ossec: testOssec({ frozen: release }) });
      assert.equal(effectiveOssec(fleet).systemLog, expected);
    });
  }

  test('the fleet file has the last word', () => {
    const fleet = testFleet({ ossec: testOssec({ frozen: frozen('4.1.0'), systemLog: 'journald' }) });
    assert.equal(effectiveOssec(fleet).systemLog, 'journald');
  });
});
