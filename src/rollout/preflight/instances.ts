/** Findings about single instances and what keeps them from being replaced. Pure. */

import type { Group, Instance } from '../model.ts';
import { counted, type Facts, type Finding, finding, type Level, type Wanted } from './facts.ts';

export function instanceFindings({ group }: Facts, { preferences }: Wanted): Finding[] {
  return [
    ...protectedFindings(group, preferences.scaleInProtected),
    ...standbyFindings(group, preferences.standby),
    ...newProtectedFindings(group, preferences),
    ...mixedVersionFindings(group),
    ...warmPoolFindings(group),
  ];
}

function protectedFindings(group: Group, setting: Wanted['preferences']['scaleInProtected']): Finding[] {
  const ids = idsOf(group.instances.filter(({ scaleInProtected }) => scaleInProtected));
  if (ids.length === 0) return [];
  const [level, what, remedy] = PROTECTED[setting];
  return [
    finding(
      level,
      'protected',
      `${counted(ids.length, 'instance')} of ${group.name} ${ids.length === 1 ? 'is' : 'are'} protected from scale-in and ${what}: ${ids.join(', ')}`,
      remedy,
    ),
  ];
}

type Words = readonly [level: Level, what: string, remedy: string];

const PROTECTED: Readonly<Record<Wanted['preferences']['scaleInProtected'], Words>> = {
  Wait: [
    'warning',
    'waited for: after an hour the refresh fails',
    'take the protection away, or set scale_in_protected to refresh or ignore',
  ],
  Ignore: ['warning', 'left on the old image', 'set scale_in_protected to refresh to replace them too'],
  Refresh: ['note', 'replaced all the same', 'set scale_in_protected to ignore to leave them alone'],
};

const STANDBY: Readonly<Record<Wanted['preferences']['standby'], Words>> = {
  Wait: [
    'warning',
    'waited for: after an hour the refresh fails',
    'return them to service, or set standby to terminate or ignore',
  ],
  Ignore: ['warning', 'left on the old image', 'return them to service to replace them too'],
  Terminate: [
    'warning',
    'terminated and not replaced',
    'set standby to ignore to keep them: someone may be looking at them',
  ],
};

function standbyFindings(group: Group, setting: Wanted['preferences']['standby']): Finding[] {
  const ids = idsOf(
    group.instances.filter(({ lifecycle }) => lifecycle === 'Standby' || lifecycle === 'EnteringStandby'),
  );
  if (ids.length === 0) return [];
  const [level, what, remedy] = STANDBY[setting];
  return [
    finding(
      level,
      'standby',
      `${counted(ids.length, 'instance')} of ${group.name} ${ids.length === 1 ? 'is' : 'are'} in standby and ${what}: ${ids.join(', ')}`,
      remedy,
    ),
  ];
}

/** Instances that a rollback would have to replace are protected, too. */
function newProtectedFindings(group: Group, { scaleInProtected }: Wanted['preferences']): Finding[] {
  if (!group.newInstancesProtected || scaleInProtected === 'Refresh') return [];
  return [
    finding(
      'warning',
      'new-protected',
      `${group.name} protects new instances from scale-in, which may keep a rollback from replacing them`,
      'set scale_in_protected to refresh',
    ),
  ];
}

/** [rollback] Only what the refresh has launched is rolled back. */
function mixedVersionFindings(group: Group): Finding[] {
  const versions = new Set(
    group.instances.map(({ launchTemplate }) => `${launchTemplate?.id} ${launchTemplate?.version}`),
  );
  if (versions.size < 2) return [];
  return [
    finding(
      'warning',
      'mixed-versions',
      `the instances of ${group.name} come from ${versions.size} versions already: a rollback brings back the saved one, not this mix`,
      'finish or undo the rollout before this one first, if there was one',
    ),
  ];
}

function warmPoolFindings(group: Group): Finding[] {
  if (!group.hasWarmPool) return [];
  return [
    finding(
      'warning',
      'warm-pool',
      `${group.name} has a warm pool: its instances are replaced after those in service, and the prediction leaves them out`,
      'count on a longer refresh than predicted',
    ),
  ];
}

function idsOf(instances: readonly Instance[]): string[] {
  return instances.map(({ id }) => id);
}
