import assert from 'node:assert/strict';
import { test } from 'node:test';
import { declarationFor } from '../../src/verify/declare.ts';
import { testAlert } from '../support/verify.ts';

const CASES = [
  {
    what: 'a file that a boot writes',
    alert: { rule: 554, file: '/etc/app/id' },
    lines: 'ossec: { syscheck: { first_boot: ["/etc/app/id"] } }',
  },
  {
    what: 'a path that would end the text',
    alert: { rule: 550, file: '/etc/a"] }' },
    lines: 'ossec: { syscheck: { first_boot: ["/etc/a\\"] }"] } }',
  },
  {
    what: 'open ports',
    alert: {
      rule: 990_002,
      file: '',
      log: 'policy=violation undeclared=tcp/0.0.0.0:8080(java),udp/[::]:53(dns)',
    },
    lines: 'listens: [8080/tcp, 53/udp]',
  },
] as const;

for (const { what, alert, lines } of CASES) {
  test(`${what} has its lines of the fleet file`, () => {
    assert.equal(declarationFor(testAlert(alert)), lines);
  });
}

test('what nothing declares is said to be so', () => {
  assert.match(declarationFor(testAlert({ rule: 5501, file: '' })), /^nothing declares it: .* rule 5501 /);
});
