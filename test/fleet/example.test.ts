/** The example fleet at the root of the repository: what the README bakes. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadFleet } from '../../src/fleet/load.ts';

const ROOT = join(import.meta.dirname, '../..');

test('the example fleet loads without a warning', async () => {
  const { fleet, warnings } = await loadFleet(join(ROOT, 'bake.yaml'), {});
  assert.deepEqual(warnings, []);
  assert.equal(fleet.name, 'example');
  assert.deepEqual(fleet.builder, {
    instanceType: 't3.small',
    subnetId: undefined,
    instanceProfile: undefined,
    ssh: { user: 'admin', via: 'public_address', from: 'my_address' },
    volume: { sizeGiB: 8, type: 'gp3', device: '/dev/xvda' },
    encryption: { encrypted: true, kmsKey: undefined },
  });
  const [web, worker] = fleet.roles;
  assert.deepEqual(
    [web?.name, web?.instanceType, web?.listens],
    ['web', 't3.micro', [{ protocol: 'tcp', port: 80 }]],
  );
  assert.deepEqual([worker?.name, worker?.instanceType, worker?.tags], ['worker', 't3.small', {}]);
});
