import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failed } from '../../src/failure.ts';
import type { HookUrl } from '../../src/fleet/model.ts';
import { knowsUrl, quietGroup, refuseLoudVerification } from '../../src/verify/quiet.ts';
import { testFleet, testOssec, testRole } from '../support/fleet.ts';

const IN_IMAGE: HookUrl = { kind: 'in-image', environmentVariable: 'PAGER' };
const FETCHED: HookUrl = { kind: 'ssm-parameter', name: '/shop/slack' };

function fleetWith(url: HookUrl, via: 'public_address' | 'session_manager' = 'public_address') {
  const hook = { url, format: 'slack' } as const;
  const alert = { rule: 550, hook, level: undefined, description: undefined };
  const { builder } = testFleet();
  const ssh = via === 'session_manager' ? ({ user: 'admin', via } as const) : builder.ssh;
  return testFleet({ ossec: testOssec({ alerts: [alert] }), builder: { ...builder, ssh } });
}

test('an image knows a URL that was baked into it, and none that it would have to fetch', () => {
  assert.equal(knowsUrl(fleetWith(IN_IMAGE), testRole()), true);
  assert.equal(knowsUrl(fleetWith(FETCHED), testRole()), false);
  assert.equal(knowsUrl(testFleet(), testRole()), false);
});

test('its group carries the tags that bake reap finds it by, and they win over those of the fleet file', () => {
  const fleet = { ...fleetWith(IN_IMAGE), tags: { team: 'shop', Name: 'mine' } };
  const role = testRole({ tags: { team: 'web' } });
  assert.deepEqual(quietGroup(fleet, role, { runId: 'run-1', sources: ['203.0.113.7/32'] }), {
    name: 'bake-verify-shop-web-run-1',
    description: 'Verification by bake: SSH in, nothing out',
    subnetId: undefined,
    sources: ['203.0.113.7/32'],
    tags: {
      team: 'web',
      Name: 'shop-web',
      'bake:fleet': 'shop',
      'bake:role': 'web',
      'bake:run': 'run-1',
    },
  });
});

test('by a session such an image is not verified, and what can be done instead is said', () => {
  const roles = [testRole(), testRole({ name: 'worker' })];
  assert.throws(
    () => refuseLoudVerification(fleetWith(IN_IMAGE, 'session_manager'), roles),
    (error) => {
      assert.ok(error instanceof Failed && error.exitCode === 2);
      assert.match(error.message, /^web, worker: .*bake_into_image.*via: session_manager needs a way out$/);
      assert.match(error.failures[0]?.remedy ?? '', /ssm_parameter.*private_address.*--no-verify/);
      return true;
    },
  );
  refuseLoudVerification(fleetWith(FETCHED, 'session_manager'), roles);
  refuseLoudVerification(fleetWith(IN_IMAGE), roles);
});
