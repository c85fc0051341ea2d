/** What moving groups onto images needs. Pure. */

import type { Fleet } from '../fleet/model.ts';
import { LOOK } from '../instances/documents.ts';
import { guardAlarmName } from '../rollout/plan/guard-alarm.ts';
import { passRole } from './bake-policies.ts';
import { askStatements } from './document-statements.ts';
import { place } from './places.ts';
import { arns, madeBy, type Statement, statement } from './statement.ts';

/** `instanceRoles`: what the instances of the groups run as; the fleet file doesn't know. */
export function rolloutStatements(fleet: Fleet, instanceRoles: readonly string[]): Statement[] {
  const { region } = fleet;
  return [
    statement('Look', [
      'autoscaling:DescribeAutoScalingGroups',
      'autoscaling:DescribeInstanceRefreshes',
      'autoscaling:DescribeScalingActivities',
      'cloudwatch:DescribeAlarms',
      'ec2:DescribeImages',
      'ec2:DescribeInstanceTypes',
      'ec2:DescribeLaunchTemplateVersions',
      'elasticloadbalancing:DescribeTargetHealth',
    ]),
    ...rollStatements(fleet),
    statement('NewVersion', ['ec2:CreateLaunchTemplateVersion'], arns(region, 'launch-template')),
    // AWS asks for these of whoever has a group launch from a template, and nothing is launched without one.
    statement('Launch', ['ec2:RunInstances'], ['*'], {
      ArnLike: { 'ec2:LaunchTemplate': `arn:aws:ec2:${region}:*:launch-template/*` },
    }),
    statement(
      'TagWhatIsLaunched',
      ['ec2:CreateTags'],
      arns(region, 'instance', 'network-interface', 'volume'),
      madeBy('RunInstances'),
    ),
    ...(instanceRoles.length === 0 ? [] : [passRole(instanceRoles)]),
    ...alertChecks(fleet),
    ...guards(fleet),
    ...place('Reports', fleet.images.reports, ['s3:GetObject']),
  ];
}

const ROLL = [
  'autoscaling:CancelInstanceRefresh',
  'autoscaling:CreateOrUpdateTags',
  'autoscaling:RollbackInstanceRefresh',
  'autoscaling:StartInstanceRefresh',
  'autoscaling:UpdateAutoScalingGroup',
];

/** Groups by their names, or by the tags that a role finds them by. */
function rollStatements({ region, roles }: Fleet): Statement[] {
  const arn = (group: string) =>
    `arn:aws:autoscaling:${region}:*:autoScalingGroup:*:autoScalingGroupName/${group}`;
  const named = roles.flatMap(({ groups }) => groups);
  const tagged = roles.flatMap(({ groupTags }) => (Object.keys(groupTags).length === 0 ? [] : [groupTags]));
  return [
    ...(named.length === 0 ? [] : [statement('Roll', ROLL, named.map(arn))]),
    ...tagged.map((tags, index) =>
      statement(`RollTagged${index + 1}`, ROLL, [arn('*')], {
        StringEquals: Object.fromEntries(
          Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
        ),
      }),
    ),
  ];
}

/** A check of alerts asks the new instances, and its right is the right to read. */
function alertChecks(fleet: Fleet): Statement[] {
  const asks = fleet.roles.some(({ rollout }) => rollout.checks.some(({ kind }) => kind === 'alerts'));
  return asks ? askStatements(fleet, [LOOK]) : [];
}

function guards({ region, roles }: Fleet): Statement[] {
  if (roles.every(({ rollout }) => rollout.guard === undefined)) return [];
  const alarms = `arn:aws:cloudwatch:${region}:*:alarm:${guardAlarmName('*')}`;
  return [statement('Guard', ['cloudwatch:DeleteAlarms', 'cloudwatch:PutMetricAlarm'], [alarms])];
}
