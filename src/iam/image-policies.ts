/** What baking images and rolling them out needs. Pure. */

import type { Fleet } from '../fleet/model.ts';
import { LOOK } from '../instances/documents.ts';
import { askStatements } from './document-statements.ts';
import { objects, ofFleet, type Statement, statement } from './statement.ts';

export function buildStatements(fleet: Fleet): Statement[] {
  const { ossec, images, builder } = fleet;
  return [
    statement('Look', [
      'ec2:DescribeImages',
      'ec2:DescribeInstanceStatus',
      'ec2:DescribeInstanceTypeOfferings',
      'ec2:DescribeInstances',
      'ec2:DescribeKeyPairs',
      'ec2:DescribeRegions',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSnapshots',
      'ec2:DescribeSubnets',
      'ec2:DescribeTags',
      'ec2:DescribeVolumes',
      'ec2:DescribeVpcs',
      'ssm:GetParameter',
      'sts:GetCallerIdentity',
    ]),
    statement('Launch', [
      'ec2:AuthorizeSecurityGroupIngress',
      'ec2:CreateImage',
      'ec2:CreateKeyPair',
      'ec2:CreateSecurityGroup',
      'ec2:CreateTags',
      'ec2:ModifyImageAttribute',
      'ec2:RunInstances',
    ]),
    // Packer removes its key pair and security group, which get their tags only after they were made.
    statement('CleanUp', ['ec2:DeleteKeyPair', 'ec2:DeleteSecurityGroup']),
    {
      ...statement('EndOwn', [
        'ec2:DeleteSnapshot',
        'ec2:DeleteVolume',
        'ec2:DeregisterImage',
        'ec2:ModifyInstanceAttribute',
        'ec2:RevokeSecurityGroupEgress',
        'ec2:StopInstances',
        'ec2:TerminateInstances',
      ]),
      ...ofFleet(fleet.name),
    },
    ...(builder.instanceProfile === undefined
      ? []
      : [statement('PassProfile', ['iam:GetInstanceProfile', 'iam:PassRole'])]),
    ...(builder.ssh.via === 'session_manager'
      ? [statement('Session', ['ssm:StartSession', 'ssm:TerminateSession'])]
      : []),
    ...places(ossec.tarball?.from, 'Tarball', ['s3:GetObject']),
    ...places(ossec.builtTrees, 'Trees', ['s3:GetObject', 's3:PutObject']),
    ...places(images.reports, 'Reports', ['s3:GetObject', 's3:PutObject']),
  ];
}

/** A place that lies in S3: its objects, and what is there. */
function places(place: string | undefined, name: string, actions: readonly string[]): Statement[] {
  if (place === undefined || !place.startsWith('s3://')) return [];
  if (name === 'Tarball') {
    return [statement(name, actions, [place.replace('s3://', 'arn:aws:s3:::')])];
  }
  return [objects(name, place, actions), objects(`List${name}`, place, ['s3:ListBucket'])];
}

export function imagesStatements(fleet: Fleet): Statement[] {
  const { images, name } = fleet;
  const regions = [fleet.region, ...images.regions.map((copy) => copy.region)];
  const parameters = images.parameters?.replace(/^\//, '');
  return [
    statement('Look', [
      'autoscaling:DescribeAutoScalingGroups',
      'autoscaling:DescribeLaunchConfigurations',
      'ec2:DescribeImageAttribute',
      'ec2:DescribeImageReferences',
      'ec2:DescribeImages',
      'ec2:DescribeInstances',
      'ec2:DescribeLaunchTemplateVersions',
      'ec2:DescribeLaunchTemplates',
      'ec2:DescribeSnapshots',
      'kms:DescribeKey',
      'sts:GetCallerIdentity',
    ]),
    {
      ...statement('ChangeOwn', [
        'ec2:CreateTags',
        'ec2:DeleteSnapshot',
        'ec2:DeregisterImage',
        'ec2:DisableImage',
        'ec2:EnableImageDeprecation',
        'ec2:ModifyImageAttribute',
      ]),
      ...ofFleet(name),
    },
    // What comes of it has no tag yet.
    ...(images.regions.length === 0 ? [] : [statement('Copy', ['ec2:CopyImage'])]),
    ...(parameters === undefined
      ? []
      : [
          statement(
            'Point',
            ['ssm:GetParameters', 'ssm:PutParameter'],
            regions.map((region) => `arn:aws:ssm:${region}:*:parameter/${parameters}/*`),
          ),
        ]),
    ...places(images.reports, 'Reports', ['s3:GetObject', 's3:PutObject']),
  ];
}

export function rolloutStatements(fleet: Fleet): Statement[] {
  const groups = fleet.roles.flatMap((role) => role.groups);
  const isNamed =
    groups.length > 0 && fleet.roles.every(({ groupTags }) => Object.keys(groupTags).length === 0);
  const arns = groups.map(
    (group) => `arn:aws:autoscaling:${fleet.region}:*:autoScalingGroup:*:autoScalingGroupName/${group}`,
  );
  return [
    statement('Look', [
      'autoscaling:DescribeAutoScalingGroups',
      'autoscaling:DescribeInstanceRefreshes',
      'autoscaling:DescribeScalingActivities',
      'cloudwatch:DescribeAlarms',
      'ec2:DescribeImages',
      'ec2:DescribeInstanceTypes',
      'ec2:DescribeInstances',
      'ec2:DescribeLaunchTemplateVersions',
      'elasticloadbalancing:DescribeTargetHealth',
      'sts:GetCallerIdentity',
    ]),
    statement(
      'Roll',
      [
        'autoscaling:CancelInstanceRefresh',
        'autoscaling:CreateOrUpdateTags',
        'autoscaling:RollbackInstanceRefresh',
        'autoscaling:StartInstanceRefresh',
        'autoscaling:UpdateAutoScalingGroup',
      ],
      isNamed ? arns : ['*'],
    ),
    // AWS asks for these of whoever names a launch template: its instances get its role.
    statement('Launch', [
      'ec2:CreateLaunchTemplateVersion',
      'ec2:CreateTags',
      'ec2:RunInstances',
      'iam:PassRole',
    ]),
    ...alertChecks(fleet),
    statement('Guard', ['cloudwatch:DeleteAlarms', 'cloudwatch:PutMetricAlarm']),
  ];
}

/** A check of alerts asks the new instances, and its right is the right to read. */
function alertChecks(fleet: Fleet): Statement[] {
  const asks = fleet.roles.some(({ rollout }) => rollout.checks.some(({ kind }) => kind === 'alerts'));
  return asks ? askStatements(fleet, [LOOK]) : [];
}
