/** An image's verification for tests of pure code; `parts` replace what is of a golden one. */

import { expectationOf } from '../../src/verify/expect.ts';
import type { Evidence } from '../../src/verify/judge.ts';
import { judge } from '../../src/verify/judge.ts';
import type { Expectation, Observation, ObservedAlert, VerifyReport } from '../../src/verify/model.ts';
import { testFleet, testOssec, testRole } from './fleet.ts';

const HOOK = { url: { kind: 'ssm-parameter', name: '/shop/slack' }, format: 'slack' } as const;

/** Real OSSEC, and a hook for every rule that tampering rings. */
export function testExpectation(parts: Partial<Expectation> = {}): Expectation {
  const entry = { hook: HOOK, level: undefined, description: undefined };
  const rules = [510, 550, 551, 552, 553, 554, 5720, 990_002];
  const role = testRole({ verify: { checks: [{ name: 'serves', run: 'true', withinSeconds: 5 }] } });
  const ossec = testOssec({ alerts: rules.map((rule) => ({ rule, ...entry })) });
  return { ...expectationOf(testFleet({ ossec, roles: [role] }), role), watches: true, ...parts };
}

export function testAlert(parts: Partial<ObservedAlert> = {}): ObservedAlert {
  return {
    ...{ rule: 550, level: 7, description: 'Integrity checksum changed.', source: 'syscheck', seconds: 0 },
    ...{ log: "Integrity checksum changed for: '/etc/app.conf'", file: '/etc/app.conf' },
    ...parts,
  };
}

/** What is seen on a boot that is as `expected`. */
export function testObservation(expected: Expectation, parts: Partial<Observation> = {}): Observation {
  const { plants, sequence } = expected.tampering;
  return {
    identity: { machine_id: 'one', host_keys: { 'ssh_host_ed25519_key.pub': 'one' } },
    boot: { scans_ended: true, seconds: 50, daemons_cpu_seconds: 4, alerts: [], all_alerts: 3 },
    hygiene: [{ name: 'no compiler', problems: [] }],
    checks: expected.checks.map(({ name }) => ({ name, exit_code: 0, seconds: 0.1, output: '' })),
    tampering: [...plants, sequence].map(({ name, rules, hook }, index) => ({
      ...{ name, did: `did ${name}`, problem: '', seconds: index + 1 },
      alert: testAlert({ rule: rules[0] ?? 0 }),
      hooks: hook === null ? {} : { [hook]: index + 1.5 },
    })),
    ...parts,
  };
}

export function testEvidence(parts: Partial<Evidence> = {}): Evidence {
  const expected = parts.expected ?? testExpectation();
  return {
    expected,
    leftOut: [],
    image: [],
    observed: testObservation(expected),
    twin: { machine_id: 'two', host_keys: { 'ssh_host_ed25519_key.pub': 'two' } },
    ...parts,
  };
}

export function testReport(evidence: Evidence = testEvidence()): VerifyReport {
  return {
    schema: 1,
    ...{ fleet: 'shop', role: 'web', imageId: 'ami-1', imageName: 'shop-web-0123456789ab-1' },
    ...{ fingerprint: 'f'.repeat(64), run: '20261124T120000Z-abcdef', bakeVersion: '0.1.0' },
    ...{ at: '2026-11-24T12:00:00.000Z', milliseconds: 109_000 },
    ...judge(evidence),
  };
}
