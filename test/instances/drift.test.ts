import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusOfInstances } from '../../src/instances/drift.ts';
import type { InstanceState } from '../../src/instances/look.ts';
import type { WantedLayer } from '../../src/instances/push/wanted.ts';
import { testRole } from '../support/fleet.ts';

const RULES = '/var/ossec/rules/local_rules.xml';
const UP: InstanceState = {
  ...{
    version: 1,
    installed: true,
    ossec: 'v4.1.0',
    flavour: 'local',
    tarball: 'a',
    platform: 'debian-12-amd64',
  },
  ...{ layer: { [RULES]: 'r' }, programs: {}, push: null, texts: {}, left: false },
  owners: { [RULES]: '0640 root ossec' },
  daemons: { 'ossec@analysisd.service': 'active' },
};
const rules = { path: RULES, sha256: 'r', mode: '0640', owner: 'root', group: 'ossec' };
const layer = { files: [rules], absent: [] } as unknown as WantedLayer;

function statusOf(state: InstanceState | undefined) {
  const [status] = statusOfInstances([{ id: 'i-1', group: 'web-1', role: testRole() }], {
    looked: {
      answers: new Map(state === undefined ? [] : [['i-1', state]]),
      problems: new Map(state === undefined ? [['i-1', 'no agent']] : []),
    },
    ossec: { version: 'v4.1.0', tarball: 'a' },
    layerOf: () => layer,
    imageIdOf: () => 'ami-1',
    imageNameOf: () => 'shop-web-1',
    tagOf: (_, key) => ({ ossec: 'v4.0.0', pushedAt: '2026-11-24T10:00:00Z' })[key],
  });
  assert.ok(status);
  const { ossec, rules, change, down, problem } = status;
  return { ossec, hasRules: rules !== undefined, change: change?.kind, down, problem };
}

const same = { ossec: 'v4.1.0', hasRules: true, change: 'none', down: [], problem: undefined };
const cases: ReadonlyArray<[what: string, InstanceState | undefined, object]> = [
  ['the same', UP, same],
  ['another rule', { ...UP, layer: { [RULES]: 'x' } }, { ...same, change: 'config' }],
  ['another build', { ...UP, tarball: 'b' }, { ...same, change: 'version' }],
  [
    'without OSSEC, of which nothing runs',
    {
      ...UP,
      installed: false,
      ossec: null,
      flavour: null,
      tarball: null,
      layer: {},
      daemons: { x: 'inactive' },
    },
    { ossec: undefined, hasRules: false, change: 'install', down: [], problem: undefined },
  ],
  [
    'that does not answer: what the tags say',
    undefined,
    { ossec: 'v4.0.0', hasRules: false, change: undefined, down: [], problem: 'no agent' },
  ],
];

for (const [what, state, expected] of cases) {
  test(`an instance ${what}`, () => assert.deepEqual(statusOf(state), expected));
}

test('an instance whose daemons do not run', () => {
  const state = { ...UP, daemons: { 'ossec@analysisd.service': 'failed' } };
  const { down, change } = statusOf(state);
  assert.deepEqual([down, change], [['ossec@analysisd.service'], 'repair']);
});
