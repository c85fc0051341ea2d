import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalizeRollout } from '../../src/fleet/normalize-rollout.ts';

test('unless told otherwise it skips what matches, goes back by itself, and leaves the rest to AWS', () => {
  const { preferences, managedBy } = normalizeRollout({}, {});
  const asked = Object.fromEntries(Object.entries(preferences).filter(([, value]) => value !== undefined));
  assert.deepEqual(asked, { skipMatching: true, autoRollback: true });
  assert.equal(managedBy, undefined);
});

test("a role's settings come before the fleet's", () => {
  const fleet = { minimum_healthy: 90, warmup: '2m', auto_rollback: false, managed_by: 'terraform' } as const;
  const role = { minimum_healthy: 100, standby: 'ignore', scale_in_protected: 'refresh' } as const;
  const { preferences, managedBy } = normalizeRollout(role, fleet);
  assert.deepEqual(
    [preferences.minimumHealthyPercent, preferences.warmupSeconds, preferences.autoRollback, managedBy],
    [100, 120, false, 'terraform'],
  );
  assert.deepEqual([preferences.standby, preferences.scaleInProtected], ['Ignore', 'Refresh']);
});

test('a checkpoint is given a delay: the hour of AWS would pass in silence', () => {
  const delay = (file: Parameters<typeof normalizeRollout>[0]) =>
    normalizeRollout(file, {}).preferences.checkpointDelaySeconds;
  assert.equal(delay({ checkpoints: [50, 100] }), 900);
  assert.equal(delay({ checkpoints: [50, 100], checkpoint_delay: '0s' }), 0);
  assert.equal(delay({}), undefined);
});
