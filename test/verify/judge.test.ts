/** That a verification can fail: everything that must keep an image from being golden, each alone. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Evidence, judge } from '../../src/verify/judge.ts';
import type { Observation, ObservedTampering } from '../../src/verify/model.ts';
import { allWrong, inShort } from '../../src/verify/words.ts';
import { testAlert, testEvidence, testExpectation, testObservation } from '../support/verify.ts';

const EXPECTED = testExpectation();
const SEEN = testObservation(EXPECTED);
const BOOT = SEEN.boot ?? assert.fail();

test('an image that is quiet, clean and loud is golden', () => {
  const findings = judge(testEvidence());
  assert.equal(findings.verdict, 'golden');
  assert.deepEqual(allWrong(findings), []);
  assert.equal(inShort(findings), '');
  assert.equal(findings.alarms.length, EXPECTED.tampering.plants.length + 1);
});

/** One tampering of the observation, changed. */
function with_(name: string, change: Partial<ObservedTampering>): Observation {
  const tampering = (SEEN.tampering ?? []).map((one) => (one.name === name ? { ...one, ...change } : one));
  return { ...SEEN, tampering };
}

const seen = (parts: Partial<Observation>): Partial<Evidence> => ({ observed: { ...SEEN, ...parts } });

const CASES: ReadonlyArray<{ what: string; evidence: Partial<Evidence>; wrong: RegExp }> = [
  {
    what: 'an alert on the quiet boot',
    evidence: seen({ boot: { ...BOOT, alerts: [testAlert()] } }),
    wrong:
      /^rule 550 \(level 7, Integrity checksum changed\.\): Integrity checksum changed for: '\/etc\/app\.conf'$/,
  },
  {
    what: 'scans that never end',
    evidence: seen({ boot: { ...BOOT, scans_ended: false } }),
    wrong: /^OSSEC's first scans end: they did not/,
  },
  {
    what: 'no word of the boot',
    evidence: seen({ boot: undefined }),
    wrong: /^OSSEC's first scans end: they did not/,
  },
  {
    what: 'a leftover of the builder',
    evidence: seen({ hygiene: [{ name: 'no compiler', problems: ['/usr/bin/gcc is there'] }] }),
    wrong: /^no compiler: \/usr\/bin\/gcc is there$/,
  },
  {
    what: 'a host key that both boots have',
    evidence: { twin: { machine_id: 'two', host_keys: SEEN.identity.host_keys } },
    wrong: /^two boots have different host keys: ssh_host_ed25519_key\.pub is the same on both$/,
  },
  {
    what: 'no host key at all',
    evidence: seen({ identity: { ...SEEN.identity, host_keys: {} } }),
    wrong: /^two boots have different host keys: there is no host key$/,
  },
  {
    what: 'a machine id that both boots have',
    evidence: { twin: { machine_id: 'one', host_keys: {} } },
    wrong: /^two boots have different machine ids: it is the same on both, or empty$/,
  },
  {
    what: 'a check of the fleet that fails',
    evidence: seen({ checks: [{ name: 'serves', exit_code: 7, seconds: 5, output: 'refused' }] }),
    wrong: /^serves: exit code 7 after 5 s: refused$/,
  },
  {
    what: 'a check of the fleet that does not end',
    evidence: seen({ checks: [{ name: 'serves', exit_code: null, seconds: 5, output: '' }] }),
    wrong: /^serves: it did not end in 5 s$/,
  },
  { what: 'a check that was not run', evidence: seen({ checks: [] }), wrong: /^serves: it was not run$/ },
  {
    what: 'a rule that is switched off',
    evidence: { observed: with_('failed logins', { seconds: null, alert: null, hooks: {} }) },
    wrong: /^failed logins \(did failed logins\): no alert of rule 5720 within 15 s$/,
  },
  {
    what: 'an alert that comes too late',
    evidence: { observed: with_('failed logins', { seconds: 15.5 }) },
    wrong: /^failed logins .*: rule 5720 alerted only after 15\.5 s, not within 15 s$/,
  },
  {
    what: 'a hook that is not told',
    evidence: { observed: with_('a new sudoer', { hooks: {} }) },
    wrong: /^a new sudoer .*: hook-1 was not told of it within 60 s$/,
  },
  {
    what: 'a hook that has no business with it',
    evidence: { observed: with_('a new sudoer', { hooks: { 'hook-1': 1, 'hook-2': 1 } }) },
    wrong: /^a new sudoer .*: hook-2 was told, too, and the fleet file routes it to hook-1 alone$/,
  },
  {
    what: 'something that could not be tampered with',
    evidence: { observed: with_('a deleted file', { did: '', problem: 'there is no file in the baseline' }) },
    wrong: /^a deleted file: there is no file in the baseline$/,
  },
  {
    what: 'tampering that was not tried',
    evidence: seen({ tampering: undefined }),
    wrong: /^a changed program: it was not tried$/,
  },
];

for (const { what, evidence, wrong } of CASES) {
  test(`${what} keeps an image from being golden`, () => {
    const findings = judge(testEvidence({ expected: EXPECTED, ...evidence }));
    assert.equal(findings.verdict, 'failed');
    assert.match(allWrong(findings)[0]?.what ?? '', wrong);
    assert.match(inShort(findings), /^\d+ /);
  });
}

const QUIET: ReadonlyArray<{ what: string; rule: number; level: number }> = [
  { what: "OSSEC's own start", rule: 502, level: 3 },
  { what: "the notifier's probe", rule: 990_010, level: 3 },
  { what: 'an alert below level 3', rule: 5501, level: 2 },
];

for (const { what, rule, level } of QUIET) {
  test(`${what} is no noise`, () => {
    const alerts = [testAlert({ rule, level })];
    const findings = judge(testEvidence({ expected: EXPECTED, ...seen({ boot: { ...BOOT, alerts } }) }));
    assert.equal(findings.verdict, 'golden');
  });
}

test('a rule that the fleet file routes nowhere needs no hook', () => {
  const { plants, sequence } = EXPECTED.tampering;
  const unrouted = {
    ...EXPECTED.tampering,
    plants: plants.map((plant) => ({ ...plant, hook: null })),
    sequence,
  };
  const expected = { ...EXPECTED, tampering: unrouted };
  const tampering = (SEEN.tampering ?? []).map((one) =>
    one.name === sequence.name ? one : { ...one, hooks: {} },
  );
  assert.equal(judge(testEvidence({ expected, ...seen({ tampering }) })).verdict, 'golden');
});

test('with the stand-in nothing can be proven, and a leftover still fails', () => {
  const expected = testExpectation({ watches: false });
  const observed = { ...SEEN, boot: undefined, tampering: undefined };
  assert.equal(judge(testEvidence({ expected, observed })).verdict, 'unproven');
  const dirty = { ...observed, hygiene: [{ name: 'no compiler', problems: ['gcc'] }] };
  assert.equal(judge(testEvidence({ expected, observed: dirty })).verdict, 'failed');
});
