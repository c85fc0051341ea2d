/** Findings about how many instances there are, may be and have to be. Pure. */

import { checkProblems } from '../checks/problems.ts';
import { checkPreferences, PREFERENCE_NAMES } from '../preferences.ts';
import { bandOf } from '../refresh/band.ts';
import { counted, type Facts, type Finding, finding, type Wanted } from './facts.ts';

export function capacityFindings(facts: Facts, wanted: Wanted): Finding[] {
  return [
    ...preferenceFindings(wanted),
    ...sizeFindings(facts, wanted),
    ...healthFindings(facts, wanted),
    ...checkpointFindings(facts, wanted),
    ...checkFindings(facts, wanted),
  ];
}

function preferenceFindings({ requested, preferences }: Wanted): Finding[] {
  const problems = checkPreferences(requested).map(
    ({ key, problem }) => `${PREFERENCE_NAMES[key]} ${problem}`,
  );
  const { minimumHealthyPercent: minimum, maximumHealthyPercent: maximum = 100 } = preferences;
  // One of the two may be the group's: only together they can be wrong.
  if (problems.length === 0 && maximum - minimum > 100) {
    problems.push(`${minimum} to ${maximum} percent: the maximum must be at most 100 above the minimum`);
  }
  return problems.map((problem) =>
    finding('stop', 'preference', problem, 'correct it in the fleet file, or with the flag'),
  );
}

function sizeFindings({ group }: Facts, { preferences }: Wanted): Finding[] {
  const { name, desiredCapacity, maximumSize } = group;
  if (desiredCapacity === 0) {
    return [
      finding(
        'warning',
        'empty',
        `${name} has a desired capacity of 0: the refresh succeeds at once and proves nothing`,
        'raise the capacity first to see the image run, or go on to have it launched from now on',
      ),
    ];
  }
  const { minimumReady, maximumRunning, left } = bandOf(desiredCapacity, preferences);
  const loses = finding(
    desiredCapacity === 1 ? 'stop' : 'warning',
    'goes-below',
    `${preferences.minimumHealthyPercent} percent of ${counted(desiredCapacity, 'instance')} leave none to replace: ${counted(minimumReady, 'instance')} will do while one is replaced`,
    'ask for a maximum healthy percentage above 100: a new instance is then launched first',
  );
  const exceeds = finding(
    'note',
    'exceeds-maximum-size',
    `up to ${counted(maximumRunning, 'instance')} run at once, and the maximum size of ${name} is ${maximumSize}`,
    'see that quotas, addresses and licences allow for them, or lower the maximum healthy percentage',
  );
  return [...(left === 'minimum' ? [loses] : []), ...(maximumRunning > maximumSize ? [exceeds] : [])];
}

/** [preferences] With fewer ready than the minimum, nothing is replaced. */
function healthFindings({ group }: Facts, { preferences }: Wanted): Finding[] {
  const { minimumReady } = bandOf(group.desiredCapacity, preferences);
  const healthy = group.instances.filter(
    ({ lifecycle, health }) => lifecycle === 'InService' && health === 'Healthy',
  ).length;
  if (healthy >= minimumReady) return [];
  return [
    finding(
      'stop',
      'too-few-healthy',
      `${healthy} of ${counted(group.desiredCapacity, 'instance')} of ${group.name} are in service and healthy, and ${minimumReady} have to be`,
      'find out what ails the others first; to replace sick ones by new ones, lower the minimum healthy percentage',
    ),
  ];
}

function checkpointFindings({ group }: Facts, { preferences }: Wanted): Finding[] {
  const last = preferences.checkpointPercents.at(-1);
  if (last === undefined || last === 100) return [];
  return [
    finding(
      'warning',
      'partial',
      `the last checkpoint is ${last} percent: the refresh of ${group.name} ends there, as a success, and the rest stays on the old image`,
      'add 100 as the last checkpoint, unless a part is what you want',
    ),
  ];
}

/** AWS goes on by itself: a check without a running bake is none. */
function checkFindings({ group }: Facts, { checks, guard, requested, preferences }: Wanted): Finding[] {
  const problems = checkProblems(checks, requested).map((problem) =>
    finding(
      'stop',
      'check',
      problem,
      'correct it in the fleet file, or with --checkpoints, --checkpoint-delay and --bake-time; --no-checks does without',
    ),
  );
  if (checks.length === 0 || preferences.alarms.length > 0 || guard !== undefined) return problems;
  return [
    ...problems,
    finding(
      'note',
      'no-guard',
      `the checks of ${group.name} need this bake to run: if it dies, AWS goes on without them`,
      'a CloudWatch alarm is the guard that needs no client: yours (alarms, or --alarm), or one that bake makes of a metric (guard)',
    ),
  ];
}
