/** What becomes of the alerts of every rule of an image. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Hook } from '../../src/fleet/model.ts';
import { effectiveOssec } from '../../src/ossec/config.ts';
import { effectiveRules } from '../../src/ossec/effective-rules.ts';
import { PROBE, UNDECLARED_PORT } from '../../src/ossec/own-rule-ids.ts';
import { EMPTY_OSSEC_LAYER, testFleet, testOssec, testRole } from '../support/fleet.ts';
import { RULES } from '../support/rules.ts';

const HOOK: Hook = { url: { kind: 'ssm-parameter', name: '/shop/slack' }, format: 'slack' };

const RAINY = `<group name="local,">
  <rule id="100001" level="2">
    <if_sid>720</if_sid>
    <match>in the rain</match>
    <description>The door was opened in the rain.</description>
  </rule>
  <rule id="721" level="9" overwrite="yes">
    <match>at night</match>
    <description>The door was opened in the dark.</description>
  </rule>
</group>`;

function alert(rule: number) {
  return { rule, hook: HOOK, level: undefined, description: undefined };
}

function effective() {
  const role = testRole({
    ossec: {
      ...EMPTY_OSSEC_LAYER,
      alerts: [alert(100_001), alert(720)],
      localRules: { path: 'ossec/web.xml', text: RAINY },
    },
  });
  const fleet = testFleet({ ossec: testOssec({ alerts: [alert(712)] }), roles: [role] });
  return {
    base: effectiveRules(effectiveOssec(fleet), RULES),
    role: effectiveRules(effectiveOssec(fleet, role), RULES),
    unknown: effectiveRules(effectiveOssec(fleet, role), undefined),
  };
}

test("OSSEC's rules, the role's and bake's own, with where their alerts go", () => {
  const rows = effective().role.map(({ id, level, file, alert: alerts, hook }) => [
    id,
    level,
    file,
    alerts,
    hook,
  ]);
  assert.deepEqual(rows.slice(0, 7), [
    [1, 0, 'root_rules.xml', false, undefined],
    [700, 0, 'door_rules.xml', false, undefined],
    [710, 5, 'door_rules.xml', true, undefined],
    [712, 10, 'door_rules.xml', true, 'hook-1'],
    [720, 3, 'door_rules.xml', true, 'hook-1'],
    // The overwrite has no no_log.
    [721, 9, 'ossec/web.xml', true, undefined],
    // It is listed, but below the level of alerts: nothing is ever posted.
    [100_001, 2, 'ossec/web.xml', false, undefined],
  ]);
  const own = effective().role.slice(7);
  assert.ok(own.every(({ file }) => file === 'bake_rules.xml'));
  assert.ok(own.some(({ id, alert: alerts }) => id === UNDECLARED_PORT && alerts));
  assert.ok(own.some(({ id, alert: alerts }) => id === PROBE && alerts));
});

test("base has nothing of a role, and without a lock there are only the role's and bake's", () => {
  const { base, unknown } = effective();
  assert.ok(base.every(({ file }) => file !== 'ossec/web.xml'));
  assert.deepEqual([...new Set(unknown.map(({ file }) => file))], ['ossec/web.xml', 'bake_rules.xml']);
});
