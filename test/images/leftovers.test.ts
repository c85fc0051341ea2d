import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Leftover, planReap, runBegan } from '../../src/images/leftovers.ts';

const NOW = '2026-11-24T12:00:00.000Z';
const OPTIONS = { olderThanSeconds: 4 * 3600, now: NOW };

function leftover(parts: Partial<Leftover> = {}): Leftover {
  return {
    kind: 'instance',
    id: 'i-1',
    run: '20261124T080000Z-1e76db',
    role: 'web',
    needed: undefined,
    ...parts,
  };
}

const action = (parts: Partial<Leftover>) => planReap([leftover(parts)], OPTIONS)[0]?.action;

test('a run says in its name when it began', () => {
  assert.equal(runBegan('20261124T080000Z-1e76db'), Date.parse('2026-11-24T08:00:00Z'));
  for (const run of ['', 'mine', '20261124T080000Z', '20261324T080000Z-1e76db', '20261124T080000Z-1e76dbX'])
    assert.equal(runBegan(run), undefined, run);
});

test('what an old enough run has left goes; a younger run may be going on', () => {
  assert.equal(action({}), 'remove');
  assert.equal(action({ run: '20261124T080001Z-1e76db' }), 'keep');
  assert.equal(action({ run: '20261125T080000Z-1e76db' }), 'keep');
});

test('what names no run of bake, or is needed, stays', () => {
  assert.equal(action({ run: 'somebody-elses' }), 'keep');
  assert.equal(action({ needed: 'it belongs to the group web-asg' }), 'keep');
});

test('what stands on something else goes first', () => {
  const kinds = ['snapshot', 'key pair', 'image', 'security group', 'instance', 'volume'] as const;
  assert.deepEqual(
    planReap(
      kinds.map((kind) => leftover({ kind })),
      OPTIONS,
    ).map((verdict) => verdict.leftover.kind),
    ['instance', 'volume', 'security group', 'key pair', 'image', 'snapshot'],
  );
});
