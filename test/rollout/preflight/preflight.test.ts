/** Every finding of the preflight: what brings it, and how grave it is. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Group, MixedInstances, Override } from '../../../src/rollout/model.ts';
import type { RequestedPreferences } from '../../../src/rollout/preferences.ts';
import type { Facts, Wanted } from '../../../src/rollout/preflight/facts.ts';
import { preflight } from '../../../src/rollout/preflight/preflight.ts';
import { facts, groupOf, instance, NEW_IMAGE, OLD_IMAGE, override, refresh, wanted } from '../facts.ts';
import { configuration, template } from '../imagined.ts';

interface Case {
  readonly what: string;
  readonly group?: Partial<Group>;
  readonly size?: number;
  readonly facts?: Partial<Facts>;
  readonly asks?: RequestedPreferences;
  readonly wants?: Partial<Wanted>;
  /** `LEVEL id`, gravest first. */
  readonly findings: readonly string[];
  readonly verdict?: 'attach' | 'nothing' | 'stop';
}

function mixed(...overrides: readonly Override[]): { configuration: Group['configuration'] } {
  const policy: MixedInstances = { overrides, distribution: { OnDemandBaseCapacity: 1 } };
  return { configuration: { ...configuration('1'), mixed: policy } };
}

const protectedOne = {
  instances: [instance(0, { scaleInProtected: true }), instance(1), instance(2), instance(3)],
};
const standbyOne = {
  instances: [instance(0), instance(1), instance(2), instance(3), instance(4, { lifecycle: 'Standby' })],
};
const image = (changes: Partial<NonNullable<Facts['image']>>): Partial<Facts> => ({
  image: { id: NEW_IMAGE, availability: 'available', state: 'golden', architecture: 'x86_64', ...changes },
});

const CASES: readonly Case[] = [
  { what: 'nothing speaks against it', findings: [] },

  // What it launches from
  {
    what: 'a launch configuration',
    group: { configuration: undefined },
    facts: { template: undefined },
    findings: ['stop launch-configuration'],
    verdict: 'stop',
  },
  {
    what: 'a version that is gone',
    facts: { template: undefined },
    findings: ['stop no-template'],
    verdict: 'stop',
  },
  {
    what: '$Latest',
    group: { configuration: configuration('$Latest') },
    findings: ['stop moving-version'],
    verdict: 'stop',
  },
  {
    what: '$Default without auto rollback',
    group: { configuration: configuration('$Default') },
    asks: { autoRollback: false },
    findings: ['warning moving-version'],
  },
  {
    what: '$Latest with --pin',
    group: { configuration: configuration('$Latest') },
    wants: { pin: true },
    findings: ['note pinned'],
  },
  {
    what: 'a template that does not require IMDSv2: that is offered',
    facts: {
      template: { ref: template('1'), imageId: OLD_IMAGE, instanceType: 't3.micro', requiresImdsV2: false },
    },
    findings: ['note imdsv2'],
  },
  {
    what: 'checks without a wait in which they could run',
    wants: { checks: [{ kind: 'command', name: 'smoke', run: 'true', limitSeconds: 60 }] },
    findings: ['stop check', 'note no-guard'],
    verdict: 'stop',
  },
  {
    what: 'checks with an alarm that bake makes',
    asks: { bakeSeconds: 600 },
    wants: {
      checks: [{ kind: 'command', name: 'smoke', run: 'true', limitSeconds: 60 }],
      guard: { namespace: 'Web', metric: 'Errors', statistic: 'Sum', above: 5, periodSeconds: 60 },
    },
    findings: ['note guard'],
  },
  {
    what: 'an AMI that is an SSM parameter',
    facts: {
      template: {
        ref: template('1'),
        imageId: 'resolve:ssm:/web/ami',
        instanceType: 't3.micro',
        requiresImdsV2: true,
      },
    },
    findings: ['stop image-parameter'],
    verdict: 'stop',
  },
  {
    what: 'an AMI that is an SSM parameter, without auto rollback',
    facts: {
      template: {
        ref: template('1'),
        imageId: 'resolve:ssm:/web/ami',
        instanceType: 't3.micro',
        requiresImdsV2: true,
      },
    },
    asks: { autoRollback: false },
    findings: ['warning image-parameter'],
  },
  { what: 'a mixed instances policy', group: mixed(override()), findings: ['note mixed-instances'] },
  {
    what: 'an override with an AMI of its own',
    group: mixed(override(), override({ instanceType: 'c5.large', imageId: OLD_IMAGE })),
    findings: ['stop override-image', 'note mixed-instances'],
    verdict: 'stop',
  },
  {
    what: 'an override with a launch template of its own',
    group: mixed(override({ launchTemplate: template('7') })),
    findings: ['stop override-image', 'note mixed-instances'],
    verdict: 'stop',
  },
  {
    what: 'attribute-based instance types',
    group: mixed(override({ instanceType: undefined, hasRequirements: true })),
    findings: ['stop attribute-based', 'note mixed-instances'],
    verdict: 'stop',
  },
  {
    what: 'weights',
    group: mixed(override({ weight: 2 })),
    findings: ['warning weight', 'note mixed-instances'],
  },
  {
    what: 'a weight as large as the group',
    group: mixed(override({ weight: 4 })),
    findings: ['stop weight', 'note mixed-instances'],
    verdict: 'stop',
  },

  // Who and what else has a say
  {
    what: 'a stack of CloudFormation',
    group: { tags: new Map([['aws:cloudformation:stack-name', 'web']]) },
    findings: ['warning managed'],
  },
  {
    what: 'a tag as Terraform users write it',
    group: { tags: new Map([['ManagedBy', 'terraform']]) },
    findings: ['warning managed'],
  },
  { what: 'the fleet file says Terraform', wants: { managedBy: 'terraform' }, findings: ['warning managed'] },
  {
    what: 'tags that say nothing',
    group: {
      tags: new Map([
        ['managed-by', 'alice'],
        ['tool', 'terraform'],
      ]),
    },
    findings: [],
  },
  {
    what: 'Launch suspended',
    group: { suspendedProcesses: ['Launch'] },
    findings: ['stop suspended'],
    verdict: 'stop',
  },
  {
    what: 'Terminate suspended',
    group: { suspendedProcesses: ['Terminate'] },
    findings: ['stop suspended'],
    verdict: 'stop',
  },
  {
    what: 'InstanceRefresh suspended',
    group: { suspendedProcesses: ['InstanceRefresh'] },
    findings: ['stop suspended'],
    verdict: 'stop',
  },
  {
    what: 'AddToLoadBalancer suspended',
    group: { suspendedProcesses: ['AddToLoadBalancer'] },
    findings: ['stop suspended'],
    verdict: 'stop',
  },
  {
    what: 'other processes suspended',
    group: { suspendedProcesses: ['AlarmNotification', 'ReplaceUnhealthy', 'HealthCheck'] },
    findings: ['warning suspended', 'warning suspended', 'note suspended'],
  },
  { what: 'an alarm that is OK', facts: { alarms: new Map([['errors', 'OK']]) }, findings: [] },
  {
    what: 'an alarm in ALARM',
    facts: { alarms: new Map([['errors', 'ALARM']]) },
    findings: ['stop alarm'],
    verdict: 'stop',
  },
  {
    what: 'an alarm without data',
    facts: { alarms: new Map([['errors', 'INSUFFICIENT_DATA']]) },
    findings: ['stop alarm'],
    verdict: 'stop',
  },
  {
    what: 'an alarm that is not there',
    facts: { alarms: new Map([['errors', undefined]]) },
    findings: ['stop alarm'],
    verdict: 'stop',
  },
  {
    what: 'a refresh with the same image',
    facts: { activeRefresh: refresh() },
    findings: ['note attached'],
    verdict: 'attach',
  },
  {
    what: 'a refresh with the same image, whatever else there is',
    facts: { activeRefresh: refresh(), alarms: new Map([['errors', 'ALARM']]) },
    findings: ['stop alarm', 'note attached'],
    verdict: 'attach',
  },
  {
    what: 'a refresh with another image',
    facts: { activeRefresh: refresh({ imageId: OLD_IMAGE }) },
    findings: ['stop other-refresh'],
    verdict: 'stop',
  },
  {
    what: 'a refresh with the same image that is rolled back',
    facts: { activeRefresh: refresh({ status: 'RollbackInProgress' }) },
    findings: ['stop other-refresh'],
    verdict: 'stop',
  },
  {
    what: 'permissions that are missing',
    facts: { denied: ['autoscaling:StartInstanceRefresh', 'ec2:CreateLaunchTemplateVersion'] },
    findings: ['stop permission', 'stop permission'],
    verdict: 'stop',
  },
  {
    what: 'a group that is being deleted',
    group: { isBeingDeleted: true },
    findings: ['stop deleted'],
    verdict: 'stop',
  },
  {
    what: 'a group of a service',
    group: { operator: 'eks.amazonaws.com' },
    findings: ['stop operator'],
    verdict: 'stop',
  },

  // The image
  { what: 'no such image', facts: { image: undefined }, findings: ['stop no-image'], verdict: 'stop' },
  {
    what: 'a pending image',
    facts: image({ availability: 'pending' }),
    findings: ['stop image-unavailable'],
    verdict: 'stop',
  },
  {
    what: 'a candidate',
    facts: image({ state: 'candidate' }),
    findings: ['stop not-golden'],
    verdict: 'stop',
  },
  {
    what: 'a candidate that is allowed',
    facts: image({ state: 'candidate' }),
    wants: { allowCandidate: true },
    findings: [],
  },
  {
    what: 'an unproven image',
    facts: image({ state: 'unproven' }),
    findings: ['stop not-golden'],
    verdict: 'stop',
  },
  {
    what: 'an unproven image in a rehearsal',
    facts: image({ state: 'unproven' }),
    wants: { isRehearsal: true },
    findings: [],
  },
  {
    what: 'a candidate in a rehearsal',
    facts: image({ state: 'candidate' }),
    wants: { isRehearsal: true },
    findings: ['stop not-golden'],
    verdict: 'stop',
  },
  {
    what: 'a retired image, allowed or not',
    facts: image({ state: 'retired' }),
    wants: { allowCandidate: true },
    findings: ['stop retired'],
    verdict: 'stop',
  },
  {
    what: 'an image that was left behind unfinished',
    facts: image({ state: 'unfinished' }),
    wants: { allowCandidate: true },
    findings: ['stop unfinished'],
    verdict: 'stop',
  },
  {
    what: "an image of someone else's",
    facts: image({ state: undefined }),
    findings: ['warning foreign-image'],
  },
  {
    what: 'another architecture',
    facts: image({ architecture: 'arm64' }),
    findings: ['stop architecture'],
    verdict: 'stop',
  },
  {
    what: 'another architecture for one of two types',
    facts: {
      architectures: new Map([
        ['t3.micro', ['x86_64']],
        ['t4g.micro', ['arm64']],
      ]),
    },
    findings: ['stop architecture'],
    verdict: 'stop',
  },
  {
    what: 'a type of unknown architecture',
    facts: { architectures: new Map([['x9.huge', []]]) },
    findings: [],
  },
  {
    what: 'everything runs it already',
    facts: {
      template: { ref: template('1'), imageId: NEW_IMAGE, instanceType: 't3.micro', requiresImdsV2: true },
    },
    findings: ['note up-to-date'],
    verdict: 'nothing',
  },
  {
    what: 'everything runs it already, and is to be replaced all the same',
    facts: {
      template: { ref: template('1'), imageId: NEW_IMAGE, instanceType: 't3.micro', requiresImdsV2: true },
    },
    asks: { skipMatching: false },
    findings: [],
  },

  // Numbers
  { what: 'capacity 0', size: 0, findings: ['warning empty'] },
  {
    what: 'one instance without a maximum',
    size: 1,
    asks: { minimumHealthyPercent: 100, maximumHealthyPercent: undefined },
    findings: ['stop goes-below'],
    verdict: 'stop',
  },
  {
    what: 'three instances, 90 percent, no maximum',
    size: 3,
    asks: { minimumHealthyPercent: 90, maximumHealthyPercent: undefined },
    findings: ['warning goes-below'],
  },
  {
    what: 'minimum, maximum and desired size are one',
    group: { minimumSize: 4, maximumSize: 4 },
    findings: ['note exceeds-maximum-size'],
  },
  {
    what: 'the same without going beyond it',
    group: { minimumSize: 4, maximumSize: 4 },
    asks: { minimumHealthyPercent: 75, maximumHealthyPercent: 100 },
    findings: [],
  },
  {
    what: 'preferences out of range',
    asks: { warmupSeconds: -1, checkpointPercents: [50, 50, 100] },
    findings: ['stop preference', 'stop preference'],
    verdict: 'stop',
  },
  {
    what: 'a minimum too far below the maximum of the group',
    group: { maintenancePolicy: { minimumHealthyPercent: 100, maximumHealthyPercent: 200 } },
    asks: { minimumHealthyPercent: 50, maximumHealthyPercent: undefined },
    findings: ['stop preference'],
    verdict: 'stop',
  },
  {
    what: 'a last checkpoint below 100',
    asks: { checkpointPercents: [25, 50] },
    findings: ['warning partial'],
  },
  { what: 'a last checkpoint of 100', asks: { checkpointPercents: [25, 100] }, findings: [] },
  {
    what: 'too few healthy before it starts',
    group: { instances: [instance(0), instance(1), instance(2), instance(3, { health: 'Unhealthy' })] },
    findings: ['stop too-few-healthy'],
    verdict: 'stop',
  },
  {
    what: 'just enough healthy',
    group: { instances: [instance(0), instance(1), instance(2), instance(3, { lifecycle: 'Pending' })] },
    asks: { minimumHealthyPercent: 75, maximumHealthyPercent: 100 },
    findings: [],
  },

  // Single instances
  { what: 'protected, Wait', group: protectedOne, findings: ['warning protected'] },
  {
    what: 'protected, Ignore',
    group: protectedOne,
    asks: { scaleInProtected: 'Ignore' },
    findings: ['warning protected'],
  },
  {
    what: 'protected, Refresh',
    group: protectedOne,
    asks: { scaleInProtected: 'Refresh' },
    findings: ['note protected'],
  },
  { what: 'standby, Wait', group: standbyOne, findings: ['warning standby'] },
  { what: 'standby, Ignore', group: standbyOne, asks: { standby: 'Ignore' }, findings: ['warning standby'] },
  {
    what: 'standby, Terminate',
    group: standbyOne,
    asks: { standby: 'Terminate' },
    findings: ['warning standby'],
  },
  {
    what: 'new instances are protected',
    group: { newInstancesProtected: true },
    findings: ['warning new-protected'],
  },
  {
    what: 'new instances are protected, Refresh',
    group: { newInstancesProtected: true },
    asks: { scaleInProtected: 'Refresh' },
    findings: [],
  },
  {
    what: 'instances of two versions',
    group: {
      instances: [instance(0), instance(1), instance(2), instance(3, { launchTemplate: template('2') })],
    },
    findings: ['warning mixed-versions'],
  },
  { what: 'a warm pool', group: { hasWarmPool: true }, findings: ['warning warm-pool'] },
];

for (const { what, size = 4, findings, verdict = 'start', ...one } of CASES) {
  test(`${what}: ${verdict}`, () => {
    const group = groupOf(size, one.group);
    const found = preflight(facts({ ...one.facts, group }), wanted(one.asks, one.wants, group));
    assert.deepEqual(
      found.findings.map(({ level, id }) => `${level} ${id}`),
      findings,
    );
    assert.equal(found.verdict, verdict);
  });
}

test('findings come all at once, gravest first, each a sentence with something to do', () => {
  const group = groupOf(4, {
    ...mixed(override({ imageId: OLD_IMAGE, hasRequirements: true, weight: 9 })),
    ...protectedOne,
    suspendedProcesses: ['Launch', 'AZRebalance'],
    tags: new Map([['aws:cloudformation:stack-name', 'web']]),
    hasWarmPool: true,
  });
  const { findings } = preflight(
    facts({
      group,
      image: undefined,
      denied: ['ec2:DescribeImages'],
      alarms: new Map([['errors', undefined]]),
    }),
    wanted({ checkpointPercents: [50] }, {}, group),
  );
  assert.equal(findings.length, 13);
  const levels = findings.map(({ level }) => ['stop', 'warning', 'note'].indexOf(level));
  assert.deepEqual(levels, levels.toSorted());
  for (const { problem, remedy } of findings) {
    for (const text of [problem, remedy]) assert.match(text, /^\S.*[^\s.]$/);
  }
});

test('what is meant to be pasted into a shell is quoted for it', () => {
  const group = groupOf(4, { name: 'web;$(reboot)', suspendedProcesses: ['Launch'] });
  const { findings } = preflight(facts({ group }), wanted({}, {}, group));
  assert.match(findings[0]?.remedy ?? '', /--auto-scaling-group-name 'web;\$\(reboot\)' --scaling/);
});
