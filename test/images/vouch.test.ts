import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOfReport } from '../../src/images/reports.ts';
import { type Claim, vouchFor } from '../../src/images/vouch.ts';
import { testEvidence, testReport } from '../support/verify.ts';

const REPORT = testReport();
const CONTENT = Buffer.from(JSON.stringify(REPORT));
const IMAGE: Claim = {
  imageId: REPORT.imageId,
  name: REPORT.imageName,
  fingerprint: REPORT.fingerprint,
  state: 'golden',
  verification: digestOfReport(CONTENT),
};

const failed = Buffer.from(
  JSON.stringify(testReport(testEvidence({ twin: { machine_id: 'one', host_keys: {} } }))),
);

test('a golden image is vouched for by the report that its tags name', () => {
  assert.deepEqual(vouchFor(IMAGE, CONTENT), { kind: 'vouched' });
});

test('where the report is not here, nobody can tell', () => {
  assert.deepEqual(vouchFor(IMAGE, undefined), { kind: 'unknown' });
});

const FORGED: ReadonlyArray<{ what: string; image: Claim; content: Buffer; why: RegExp }> = [
  { what: 'no digest', image: { ...IMAGE, verification: undefined }, content: CONTENT, why: /by hand/ },
  { what: 'a path as digest', image: { ...IMAGE, verification: '../x' }, content: CONTENT, why: /by hand/ },
  { what: 'another content', image: IMAGE, content: failed, why: /not what its tags say/ },
  {
    what: "another image's report",
    image: { ...IMAGE, fingerprint: '0'.repeat(64) },
    content: CONTENT,
    why: /of another image/,
  },
  {
    what: 'another name',
    image: { ...IMAGE, name: 'shop-web-9' },
    content: CONTENT,
    why: /of another image/,
  },
  {
    what: 'a report that failed',
    image: { ...IMAGE, verification: digestOfReport(failed) },
    content: failed,
    why: /has failed/,
  },
  {
    what: 'no report at all',
    image: { ...IMAGE, verification: digestOfReport(Buffer.from('{')) },
    content: Buffer.from('{'),
    why: /of another image/,
  },
];

for (const { what, image, content, why } of FORGED) {
  test(`a golden image with ${what} is refused`, () => {
    const vouched = vouchFor(image, content);
    assert.match(vouched.kind === 'forged' ? vouched.failure.problem : vouched.kind, why);
  });
}
