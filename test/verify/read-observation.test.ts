import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failed } from '../../src/failure.ts';
import { readIdentity, readObservation } from '../../src/verify/read-observation.ts';
import { testExpectation, testObservation } from '../support/verify.ts';

const SEEN = testObservation(testExpectation());

test('what the program writes is read', () => {
  const text = JSON.stringify({ version: 1, ...SEEN });
  assert.deepEqual(readObservation(text, 'web'), { version: 1, ...SEEN });
  assert.deepEqual(readIdentity(text, 'web'), SEEN.identity);
});

const BAD = [
  '',
  'null',
  '{"version":1}',
  JSON.stringify({ ...SEEN, version: 2 }),
  JSON.stringify({ version: 1, ...SEEN, hygiene: [{ name: 'x', problems: ['y'.repeat(9000)] }] }),
  JSON.stringify({ version: 1, ...SEEN, tampering: [{ name: 'x' }] }),
];

for (const [index, text] of BAD.entries()) {
  test(`anything else is refused (${index})`, () => {
    assert.throws(
      () => readObservation(text, 'web'),
      (error) => error instanceof Failed && /did not report what was seen/.test(error.message),
    );
  });
}
