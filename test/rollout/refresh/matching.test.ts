import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Configuration, LaunchTemplateRef, Override } from '../../../src/rollout/model.ts';
import { matches } from '../../../src/rollout/refresh/matching.ts';
import { configuration, template } from '../imagined.ts';

function override(instanceType: string, launchTemplate?: LaunchTemplateRef): Override {
  return {
    instanceType,
    launchTemplate,
    weight: undefined,
    imageId: undefined,
    hasRequirements: false,
    rest: {},
  };
}

function mixed(...overrides: readonly Override[]): Configuration {
  return { launchTemplate: template('2'), mixed: { distribution: {}, overrides } };
}

const ARM = { id: 'lt-0aaaaaaaaaaaaaaaa', name: 'arm', version: '7' };

const CASES: ReadonlyArray<
  readonly [what: string, instanceType: string, from: LaunchTemplateRef | undefined, Configuration, boolean]
> = [
  ['the same version', 't3.micro', template('2'), configuration('2'), true],
  ['another version', 't3.micro', template('1'), configuration('2'), false],
  ['the same version of another template', 't3.micro', { ...ARM, version: '2' }, configuration('2'), false],
  ['a launch configuration', 't3.micro', undefined, configuration('2'), false],
  ['a type of the policy', 'c5.large', template('2'), mixed(override('c5.large')), true],
  ['a type that the policy has no more', 'm5.large', template('2'), mixed(override('c5.large')), false],
  ['a policy without overrides', 'm5.large', template('2'), mixed(), true],
  ['an override with its own template', 'c6g.large', ARM, mixed(override('c6g.large', ARM)), true],
  [
    'its type, but the template of the policy',
    'c6g.large',
    template('2'),
    mixed(override('c6g.large', ARM)),
    false,
  ],
];

for (const [what, instanceType, launchTemplate, wanted, expected] of CASES) {
  test(`${what}: ${expected ? 'matches' : 'is replaced'}`, () => {
    assert.equal(matches({ instanceType, launchTemplate }, wanted), expected);
  });
}
