import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { quoteTerminal } from '../../src/report/terminal-text.ts';
import { verifyLines } from '../../src/report/verify/lines.ts';
import { verifyPage } from '../../src/report/verify/page.ts';
import { loadAssets } from '../../src/world/assets.ts';
import { assertFolder } from '../support/expected.ts';
import { testAlert, testEvidence, testExpectation, testObservation, testReport } from '../support/verify.ts';

const CASES = join(import.meta.dirname, '../cases/verify');
const ASSETS = await loadAssets();
const EXPECTED = testExpectation();
const SEEN = testObservation(EXPECTED);
const BOOT = SEEN.boot ?? assert.fail();

const LOUD_MISS = (SEEN.tampering ?? []).map((one) =>
  one.name === 'failed logins' ? { ...one, seconds: null, alert: null, hooks: {} } : one,
);

const REPORTS = {
  golden: testReport(),
  failed: testReport(
    testEvidence({
      expected: EXPECTED,
      leftOut: [{ name: "a rootkit's file", because: 'the fleet file has `rootcheck` off' }],
      observed: { ...SEEN, boot: { ...BOOT, alerts: [testAlert()] }, tampering: LOUD_MISS },
    }),
  ),
  unproven: testReport(
    testEvidence({
      expected: testExpectation({ watches: false }),
      observed: { ...SEEN, boot: undefined, tampering: undefined },
    }),
  ),
};

for (const [name, report] of Object.entries(REPORTS)) {
  test(`a report that is ${name}, for people`, async () => {
    const files = {
      'lines.txt': `${verifyLines(report).join('\n')}\n`,
      'page.html': verifyPage(report, ASSETS),
    };
    await assertFolder(join(CASES, name), new Map(Object.entries(files)));
  });
}

test('no text of a machine becomes a tag, a link or an escape sequence', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const hostile = `<script>alert(1)</script>"'&\u001b[31m\u202e${text}`;
      const alert = testAlert({ log: hostile, description: hostile, file: hostile });
      const tampering = (SEEN.tampering ?? []).map((one) => ({ ...one, did: hostile }));
      const hygiene = [{ name: 'x', problems: [hostile] }];
      const observed = { ...SEEN, boot: { ...BOOT, alerts: [alert] }, tampering, hygiene };
      const report = testReport(testEvidence({ expected: EXPECTED, observed }));
      const page = verifyPage(report, ASSETS);
      assert.doesNotMatch(page, /<script|<a |<img/);
      for (const line of [...page.split('\n'), ...verifyLines(report)])
        assert.equal(line, quoteTerminal(line));
    }),
    { numRuns: 50 },
  );
});
