import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bridgeRuleset, ruleset } from '../../../rehearsal/src/machines/ruleset.ts';

const NETWORK = {
  bridge: 'bake-1',
  gateway: '10.77.9.1',
  metadataPort: 4000,
  endpointsPort: 4001,
  subnet: '10.77.9.0/24',
};
const rules = (...silent: string[]) =>
  ruleset({ name: 'bake-rehearsal-1', network: NETWORK, masquerade: true, silent });

test('who is silent is stopped after the metadata service and before all else that one can get to', () => {
  const lines = rules('10.77.9.2', '10.77.9.3').split('\n');
  const at = (part: string) => lines.findIndex((line) => line.includes(part));
  const stop = at('ip saddr { 10.77.9.2, 10.77.9.3 } jump silent');
  assert.ok(at('ct state established,related accept') < at('169.254.169.254 tcp dport 80 accept'));
  assert.ok(at('169.254.169.254 tcp dport 80 accept') < stop && stop < at('169.254.169.250'));
  assert.ok(stop < at('fib daddr type unicast accept'));
});

test('where nobody is, no rule speaks of it, and the bridge needs no table', () => {
  assert.doesNotMatch(rules(), /saddr \{/);
  assert.doesNotMatch(bridgeRuleset({ name: 'bake-rehearsal-1', silent: [] }), /chain/);
});
