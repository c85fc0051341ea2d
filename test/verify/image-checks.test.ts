import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ImageFacts, imageChecks } from '../../src/verify/image-checks.ts';

const FACTS: ImageFacts = {
  image: { requiresImdsV2: true, snapshots: [{ snapshotId: 'snap-1', kmsKey: 'key' }] },
  sharedWith: ['222222222222'],
  encrypted: true,
};
const OPEN = { requiresImdsV2: true, snapshots: [{ snapshotId: 'snap-1', kmsKey: undefined }] };

const CASES: ReadonlyArray<{ what: string; facts: ImageFacts; problems: readonly string[] }> = [
  { what: 'a good one', facts: FACTS, problems: [] },
  { what: 'an open snapshot', facts: { ...FACTS, image: OPEN }, problems: ['snap-1 is not'] },
  { what: 'one that may be open', facts: { ...FACTS, image: OPEN, encrypted: false }, problems: [] },
  {
    what: 'one that takes IMDSv1',
    facts: { ...FACTS, image: { ...FACTS.image, requiresImdsV2: false } },
    problems: ['its `imds-support` is not v2.0'],
  },
  { what: 'a public one', facts: { ...FACTS, sharedWith: ['all'] }, problems: ['everybody may launch it'] },
];

for (const { what, facts, problems } of CASES) {
  test(`EC2's word on ${what}`, () => {
    assert.deepEqual(
      imageChecks(facts).flatMap((check) => check.problems),
      problems,
    );
  });
}
