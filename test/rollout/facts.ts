/** An imagined group that nothing speaks against, for tests to change. */

import type { Group, Instance, Override, Refresh } from '../../src/rollout/model.ts';
import { effectivePreferences, type RequestedPreferences } from '../../src/rollout/preferences.ts';
import type { Facts, Wanted } from '../../src/rollout/preflight/facts.ts';
import { configuration, template } from './imagined.ts';

export const OLD_IMAGE = 'ami-0aaaaaaaaaaaaaaaa';
export const NEW_IMAGE = 'ami-0bbbbbbbbbbbbbbbb';

export function instance(index: number, changes: Partial<Instance> = {}): Instance {
  return {
    id: `i-${index}`,
    instanceType: 't3.micro',
    availabilityZone: 'eu-central-1a',
    lifecycle: 'InService',
    health: 'Healthy',
    scaleInProtected: false,
    launchTemplate: template('1'),
    launchedAtSeconds: index,
    ...changes,
  };
}

export function groupOf(size: number, changes: Partial<Group> = {}): Group {
  return {
    name: 'web-asg',
    minimumSize: 0,
    maximumSize: 2 * size,
    desiredCapacity: size,
    configuration: configuration('1'),
    instances: Array.from({ length: size }, (_, index) => instance(index)),
    healthCheckGraceSeconds: 300,
    defaultWarmupSeconds: 60,
    maintenancePolicy: undefined,
    newInstancesProtected: false,
    suspendedProcesses: [],
    targetGroups: [],
    hasWarmPool: false,
    isBeingDeleted: false,
    operator: undefined,
    tags: new Map(),
    ...changes,
  };
}

export function override(changes: Partial<Override> = {}): Override {
  return {
    instanceType: 't3.micro',
    weight: undefined,
    imageId: undefined,
    launchTemplate: undefined,
    hasRequirements: false,
    rest: {},
    ...changes,
  };
}

export function facts(changes: Partial<Facts> = {}): Facts {
  return {
    region: 'eu-central-1',
    group: groupOf(4),
    template: { ref: template('1'), imageId: OLD_IMAGE, instanceType: 't3.micro', requiresImdsV2: true },
    image: { id: NEW_IMAGE, availability: 'available', state: 'golden', architecture: 'x86_64' },
    architectures: new Map([['t3.micro', ['x86_64']]]),
    activeRefresh: undefined,
    alarms: new Map(),
    denied: [],
    ...changes,
  };
}

/** Launches one first, goes back by itself, and skips what matches: as bake does unless told otherwise. */
export function wanted(
  requested: RequestedPreferences = {},
  changes: Partial<Wanted> = {},
  group: Group = groupOf(4),
): Wanted {
  const asked: RequestedPreferences = {
    minimumHealthyPercent: 100,
    maximumHealthyPercent: 150,
    skipMatching: true,
    autoRollback: true,
    ...requested,
  };
  return {
    imageId: NEW_IMAGE,
    allowCandidate: false,
    isRehearsal: false,
    pin: false,
    requireImdsV2: false,
    managedBy: undefined,
    parameter: undefined,
    guard: undefined,
    checks: [],
    requested: asked,
    preferences: effectivePreferences(asked, group),
    ...changes,
  };
}

export function refresh(changes: Partial<Refresh & { imageId: string }> = {}) {
  return {
    id: 'refresh-1',
    status: 'InProgress' as const,
    reason: '',
    startedAtSeconds: 0,
    endedAtSeconds: undefined,
    percentComplete: 40,
    instancesToUpdate: 2,
    desired: configuration('2'),
    rollbackReason: undefined,
    imageId: NEW_IMAGE,
    ...changes,
  };
}
