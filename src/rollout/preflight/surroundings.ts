/** Findings about who and what else has a say in the group. Pure. */

import { quoteShell } from '../../render/quote.ts';
import { guardAlarmName } from '../plan/guard-alarm.ts';
import { type Facts, type Finding, finding, type Level, type Manager, type Wanted } from './facts.ts';

export function surroundingFindings(facts: Facts, wanted: Wanted): Finding[] {
  return [
    ...stateFindings(facts),
    ...ownerFindings(facts, wanted),
    ...processFindings(facts),
    ...alarmFindings(facts),
    ...guardFindings(facts, wanted),
    ...refreshFindings(facts, wanted),
    ...permissionFindings(facts),
  ];
}

function stateFindings({ group: { name, isBeingDeleted, operator } }: Facts): Finding[] {
  const deleted = finding('stop', 'deleted', `${name} is being deleted`, 'roll out to another group');
  const operated = finding(
    'stop',
    'operator',
    `only ${operator} may change ${name}`,
    'change the image where that service is configured',
  );
  return [...(isBeingDeleted ? [deleted] : []), ...(operator === undefined ? [] : [operated])];
}

const NAMES: Readonly<Record<Manager, string>> = { cloudformation: 'CloudFormation', terraform: 'Terraform' };

/** What its next run would undo, how to have that ignored there, and how to hand the image over instead. */
function remedyOf(manager: Manager, parameter: string | undefined): string {
  const published = `the SSM parameter ${parameter ?? 'that images.parameters names'}, which bake images promote writes`;
  return manager === 'terraform'
    ? `have it ignore the version: lifecycle { ignore_changes = [launch_template, mixed_instances_policy] }; or hand over: let the template's image_id be data.aws_ssm_parameter of ${published}, and apply instead of this`
    : `it cannot ignore a property, but leaves one alone that its template does not change: keep the version there as it is; or hand over: let the ImageId be of the type AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>, from ${published}, and update the stack instead of this`;
}

function ownerFindings({ group }: Facts, { managedBy, parameter }: Wanted): Finding[] {
  const manager = managedBy ?? managerOf(group.tags);
  if (manager === undefined) return [];
  return [
    finding(
      'warning',
      'managed',
      `${group.name} is managed by ${NAMES[manager]}, whose next run that touches it brings the old version back and may replace instances`,
      remedyOf(manager, parameter),
    ),
  ];
}

/** CloudFormation tags what it makes; for Terraform it is only a habit. */
function managerOf(tags: ReadonlyMap<string, string>): Manager | undefined {
  if (tags.has('aws:cloudformation:stack-name')) return 'cloudformation';
  const isTerraform = [...tags].some(
    ([key, value]) =>
      /^terraform/i.test(key) || (/^terraform$/i.test(value) && /managed|created|provision/i.test(key)),
  );
  return isTerraform ? 'terraform' : undefined;
}

/** What a refresh lacks while a process is suspended. */
const PROCESSES: Readonly<Record<string, readonly [level: Level, lacks: string]>> = {
  Launch: ['stop', 'nothing can be launched'],
  Terminate: ['stop', 'nothing can be terminated'],
  InstanceRefresh: ['stop', 'no instance refresh goes on'],
  AddToLoadBalancer: ['stop', 'new instances get no traffic, and will not once it is resumed'],
  HealthCheck: ['warning', 'sick instances are not noticed'],
  ReplaceUnhealthy: ['warning', 'sick instances are not replaced'],
};

function processFindings({ group }: Facts): Finding[] {
  return group.suspendedProcesses.map((process) => {
    const [level, lacks] = PROCESSES[process] ?? (['note', 'the refresh does without it'] as const);
    return finding(
      level,
      'suspended',
      `the process ${process} of ${group.name} is suspended: ${lacks}`,
      `find out why, then: aws autoscaling resume-processes --auto-scaling-group-name ${quoteShell(group.name)} --scaling-processes ${process}`,
    );
  });
}

/** The one that bake makes is not there yet, and takes a place among those that AWS allows. */
function guardFindings({ group }: Facts, { guard, preferences }: Wanted): Finding[] {
  if (guard === undefined) return [];
  const name = guardAlarmName(group.name);
  const { namespace, metric, statistic, above, periodSeconds } = guard;
  const made = finding(
    'note',
    'guard',
    `the alarm ${name} is made first: ${namespace}/${metric}, ${statistic} above ${above} in ${periodSeconds} s, of the new instances of ${group.name}`,
    'it goes off without bake, too, and is deleted when bake has seen the end',
  );
  const tooMany = finding(
    'stop',
    'guard',
    `${preferences.alarms.length} alarms and the one of guard are more than the 10 that AWS takes`,
    'leave one of them away',
  );
  return [made, ...(preferences.alarms.length >= 10 ? [tooMany] : [])];
}

function alarmFindings({ alarms }: Facts): Finding[] {
  return [...alarms].flatMap(([name, state]) => {
    if (state === 'OK') return [];
    return [
      finding(
        'stop',
        'alarm',
        state === undefined
          ? `there is no alarm ${name}`
          : `the alarm ${name} is ${state}, and AWS takes only OK`,
        state === 'INSUFFICIENT_DATA'
          ? 'wait for its data, or have it treat missing data as not breaching or ignore'
          : 'see to it first, or roll out without this alarm',
      ),
    ];
  });
}

/** The same target is attached to; another one is not disturbed. */
function refreshFindings({ group, activeRefresh }: Facts, { imageId }: Wanted): Finding[] {
  if (activeRefresh === undefined) return [];
  const { id, status, percentComplete } = activeRefresh;
  const what = `a refresh of ${group.name} (${id}) is ${status}, ${percentComplete} percent done`;
  if (activeRefresh.imageId === imageId && status !== 'Cancelling' && status !== 'RollbackInProgress') {
    return [
      finding('note', 'attached', `${what}, with the same image`, 'nothing is started twice: it is watched'),
    ];
  }
  return [
    finding(
      'stop',
      'other-refresh',
      `${what}, with ${activeRefresh.imageId ?? 'another configuration'}`,
      'let it end (bake rollout watch), or end it (bake rollout undo, bake rollout cancel)',
    ),
  ];
}

function permissionFindings({ denied }: Facts): Finding[] {
  return denied.map((action) =>
    finding('stop', 'permission', `the credentials may not call ${action}`, 'add it to their policy'),
  );
}
