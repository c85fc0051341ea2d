/** The machine that tests rules: its steps, and the Debian that it is. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRole } from '../../src/plan/images.ts';
import { distributionOf, planRuleTest } from '../../src/plan/rule-test.ts';
import { testFleet, testRole } from '../support/fleet.ts';

test('it is configured exactly as the image is', () => {
  const role = testRole({});
  const fleet = testFleet({ roles: [role] });
  const [first, second, ...more] = planRuleTest(fleet, role).steps;
  assert.deepEqual([first?.id, second?.id, more], ['01-ossec', '02-ossec-config', []]);
  const image = planRole(fleet, role, { flat: false }).steps.find(
    ({ provisioner }) => provisioner === 'ossec-config',
  );
  assert.deepEqual({ ...second, id: '' }, { ...image, id: '' });
});

test('it is the Debian that the source image names, else Debian 12', () => {
  const owners = ['136693071363'];
  assert.equal(distributionOf({ kind: 'filter', name: 'debian-13-amd64-*', owners }), 'debian-13');
  assert.equal(distributionOf({ kind: 'filter', name: 'debian-12-amd64-*', owners }), 'debian-12');
  const ssm = (name: string) => distributionOf({ kind: 'ssm-parameter', name });
  assert.equal(ssm('/aws/service/debian/release/13/latest/amd64'), 'debian-13');
  assert.equal(ssm('/shop/image'), 'debian-12');
  assert.equal(distributionOf({ kind: 'ami', id: 'ami-0123456789abcdef0' }), 'debian-12');
});
