import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastFailure, lateTags, recordTags } from '../../../src/instances/push/record.ts';

const record = { ossec: { version: 'v4.1.0', tarball: 'a'.repeat(64) }, layer: 'f'.repeat(64) };
const at = new Date('2026-11-24T10:00:00.000Z');
const right = recordTags({ ...record, at });
const older = new Map([...right, ['bake:ossec-layer', 'e'.repeat(64)]]);
const last = { version: 1, result: 'updated', at: at.getTime() / 1000 };
const none = new Map<string, string>();

const cases: ReadonlyArray<[what: string, tags: Map<string, string>, last: unknown, late: unknown]> = [
  ['nothing was ever pushed', none, null, undefined],
  ['the tags are right', right, last, undefined],
  ['who pushed was ended before the tags were written', none, last, right],
  ['the same, after an earlier push', older, last, right],
  [
    'the last push was rolled back, and the fleet file went back too: when is not known',
    older,
    { ...last, result: 'rolled-back' },
    recordTags({ ...record, at: undefined }),
  ],
  ['it says something else', none, { result: 'updated', at: 'yesterday' }, undefined],
  ['it says what no time is', none, { result: 'updated', at: 1e300 }, undefined],
];

for (const [what, tags, said, late] of cases) {
  test(what, () => assert.deepEqual(lateTags({ tags }, said, record), late));
}

test('why the last push came to nothing', () => {
  assert.equal(lastFailure(null), undefined);
  assert.equal(lastFailure(last), undefined);
  assert.equal(
    lastFailure({ ...last, result: 'rolled-back', reason: 'no ears' }),
    'the last push (2026-11-24 10:00) was rolled-back: no ears',
  );
});
