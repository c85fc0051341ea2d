import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AlertEntry } from '../../src/fleet/model.ts';
import { effectiveOssec } from '../../src/ossec/config.ts';
import { expectationOf } from '../../src/verify/expect.ts';
import { sequence, tamperings } from '../../src/verify/plants.ts';
import { testFleet, testOssec, testRole } from '../support/fleet.ts';

const folder = (path: string, realtime = true) => ({ path, realtime, reportChanges: false });

function config(parts: Parameters<typeof testOssec>[0] = {}) {
  return effectiveOssec(testFleet({ ossec: testOssec({ folders: [folder('/etc')], ...parts }) }), testRole());
}

function alert(rule: number, parameter: string): AlertEntry {
  const url = { kind: 'ssm-parameter', name: parameter } as const;
  return { rule, hook: { url, format: 'slack' }, level: undefined, description: undefined };
}

const named = (name: string, ...of: Parameters<typeof config>) =>
  tamperings(config(...of)).plants.find((plant) => plant.name === name);

test('every image is tampered with in the same ways, each under its own name', () => {
  const { plants, leftOut } = tamperings(config());
  assert.equal(plants.length, 16);
  assert.equal(new Set(plants.map(({ name }) => name)).size, 16);
  assert.deepEqual(leftOut, []);
  assert.deepEqual(
    new Set(plants.flatMap(({ rules }) => rules)),
    new Set([550, 554, 553, 510, 5720, 990_002]),
  );
});

test('what the fleet file switches off in as many words is left out, and said', () => {
  const { plants, leftOut } = tamperings(
    config({ rootcheck: { enabled: false, seconds: 1 }, ignore: ['/etc/cron.d'] }),
  );
  assert.equal(plants.length, 14);
  assert.deepEqual(leftOut, [
    { name: 'a new cron entry', because: 'the fleet file ignores /etc/cron.d' },
    { name: "a rootkit's file", because: 'the fleet file has `rootcheck` off' },
  ]);
});

test('what deployments may change anyway is not tried in a maintenance window', () => {
  const fleet = testFleet({ ossec: testOssec({ folders: [folder('/etc')] }) });
  const { plants, leftOut } = tamperings(effectiveOssec(fleet, testRole({ writes: ['/etc'] })));
  assert.equal(plants.length, 15);
  assert.match(leftOut[0]?.because ?? '', /^deployments may change \/etc$/);
});

test('a folder that nobody watches is to be found out', () => {
  assert.notEqual(named('a changed program', { folders: [] }), undefined);
});

test('without real time an alarm has until the scan after the restart', () => {
  const slow = named('a new sudoer', { folders: [folder('/etc', false)] });
  assert.equal(slow?.at_restart, true);
  assert.equal(slow?.within_seconds, 180);
  const quick = named('a new sudoer', { folders: [folder('/etc', false), folder('/etc/sudoers.d')] });
  assert.equal(quick?.at_restart, false);
});

test('each goes to the hook of its rule', () => {
  const alerts = [alert(550, '/one'), alert(5720, '/two')];
  assert.equal(named('failed logins', { alerts })?.hook, 'hook-2');
  assert.equal(named('a changed program', { alerts })?.hook, 'hook-1');
  assert.equal(named('a new sudoer', { alerts })?.hook, null);
  assert.equal(sequence(config({ alerts })).hook, 'hook-1');
});

test('few notifications a minute slow the tampering down', () => {
  const expectation = (perMinute: number) => {
    const ossec = testOssec({ notifications: { perMinute, heartbeatSeconds: undefined } });
    return expectationOf(testFleet({ ossec }), testRole()).tampering.pause_seconds;
  };
  assert.deepEqual([30, 7, 1].map(expectation), [0, 9, 60]);
});

test('a compiler is expected where the fleet installs one, and a key by its own text', () => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMZz alice@example.com';
  const user = {
    name: 'a',
    sudo: false,
    groups: [],
    shell: '/bin/bash',
    authorizedKeys: [`from="10.0.0.1" ${key}`],
  };
  const role = testRole({ packages: ['gcc-12'], users: [user] });
  const { has_compiler, keys } = expectationOf(testFleet(), role);
  assert.equal(has_compiler, true);
  assert.deepEqual(keys, ['AAAAC3NzaC1lZDI1NTE5AAAAIMZz']);
  assert.equal(expectationOf(testFleet(), testRole({ packages: ['makedev'] })).has_compiler, false);
});
