/** What baking images, and removing what bakes have left, needs. Pure. */

import type { Fleet } from '../fleet/model.ts';
import { knowsUrl } from '../verify/quiet.ts';
import { into, object, place, sourceStatements } from './places.ts';
import { arns, keyStatements, madeBy, ofFleet, type Statement, statement, taggedAs } from './statement.ts';

/** Packer's calls are among them. Everything that a bake makes has its tags from the call that makes it. */
export function bakeStatements(fleet: Fleet): Statement[] {
  const { name, region, ossec, images, builder } = fleet;
  const { kmsKey } = builder.encryption;
  const made = arns(
    region,
    'image',
    'instance',
    'key-pair',
    'network-interface',
    'security-group',
    'snapshot',
    'volume',
  );
  return [
    statement('Look', [
      'ec2:DescribeImageAttribute',
      'ec2:DescribeImages',
      'ec2:DescribeInstanceTypeOfferings',
      'ec2:DescribeInstances',
      'ec2:DescribeRegions',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVolumes',
      'ec2:DescribeVpcs',
    ]),
    ...sourceStatements(fleet),
    statement(
      'Make',
      ['ec2:CreateImage', 'ec2:CreateKeyPair', 'ec2:CreateSecurityGroup', 'ec2:RunInstances'],
      made,
      taggedAs(name),
    ),
    statement(
      'TagWhatIsMade',
      ['ec2:CreateTags'],
      made,
      taggedAs(name),
      madeBy('CreateImage', 'CreateKeyPair', 'CreateSecurityGroup', 'RunInstances'),
    ),
    // The source image is anybody's.
    statement('LaunchFrom', ['ec2:RunInstances'], [...arns(region, 'image'), subnetArn(fleet)]),
    statement(
      'LaunchWithOwn',
      ['ec2:RunInstances'],
      arns(region, 'key-pair', 'security-group'),
      ofFleet(name),
    ),
    statement('MakeGroupsIn', ['ec2:CreateSecurityGroup'], arns(region, 'vpc')),
    statement(
      'UseOwn',
      [
        'ec2:AuthorizeSecurityGroupIngress',
        'ec2:CreateImage',
        'ec2:CreateTags',
        'ec2:DeleteKeyPair',
        'ec2:DeleteSecurityGroup',
        'ec2:DeleteSnapshot',
        'ec2:DeregisterImage',
        'ec2:ModifyImageAttribute',
        ...(fleet.roles.some((role) => knowsUrl(fleet, role)) ? ['ec2:RevokeSecurityGroupEgress'] : []),
        'ec2:StopInstances',
        'ec2:TerminateInstances',
      ],
      arns(region, 'image', 'instance', 'key-pair', 'security-group', 'snapshot'),
      ofFleet(name),
    ),
    ...passProfile(builder.instanceProfile),
    ...(builder.ssh.via === 'session_manager' ? sessions(fleet) : []),
    ...(kmsKey === undefined ? [] : keyStatements('Encrypt', region, kmsKey)),
    ...object('Tarball', ossec.tarball?.from),
    ...place('Trees', ossec.builtTrees, ['s3:GetObject', 's3:PutObject']),
    ...into('Reports', images.reports),
  ];
}

function subnetArn({ region, builder }: Fleet): string {
  return `arn:aws:ec2:${region}:*:subnet/${builder.subnetId ?? '*'}`;
}

/** The role of an instance profile has its name, unless somebody has made the two one by one. */
function passProfile(profile: string | undefined): Statement[] {
  if (profile === undefined) return [];
  return [
    statement('KnowProfile', ['iam:GetInstanceProfile'], [`arn:aws:iam::*:instance-profile/${profile}`]),
    passRole([profile]),
  ];
}

/** To EC2 alone, and no other role than these: whoever passes a role to an instance can do what it may. */
export function passRole(roles: readonly string[]): Statement {
  const named = roles.map((role) => `arn:aws:iam::*:role/${role}`);
  return statement('PassRole', ['iam:PassRole'], named, {
    StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' },
  });
}

/** A port to the builder and no shell on it; a session is ended by whoever has begun it. */
function sessions({ name, region }: Fleet): Statement[] {
  return [
    statement('Session', ['ssm:StartSession'], arns(region, 'instance'), {
      StringEquals: { 'ssm:resourceTag/bake:fleet': name },
    }),
    statement(
      'SessionIsAPort',
      ['ssm:StartSession'],
      [`arn:aws:ssm:${region}::document/AWS-StartPortForwardingSession`],
    ),
    statement('EndOwnSession', ['ssm:TerminateSession'], ['arn:aws:ssm:*:*:session/${aws:userid}-*']),
  ];
}

/** What uses an image decides whether it is a leftover. */
export function reapStatements({ name, region }: Fleet): Statement[] {
  return [
    statement('Look', [
      ...USES,
      'ec2:DescribeKeyPairs',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSnapshots',
      'ec2:DescribeVolumes',
    ]),
    statement(
      'RemoveOwn',
      [
        'ec2:DeleteKeyPair',
        'ec2:DeleteSecurityGroup',
        'ec2:DeleteSnapshot',
        'ec2:DeleteVolume',
        'ec2:DeregisterImage',
        'ec2:TerminateInstances',
      ],
      arns(region, 'image', 'instance', 'key-pair', 'security-group', 'snapshot', 'volume'),
      ofFleet(name),
    ),
  ];
}

/** What tells whether an image is used; beside AWS's policy AmazonEC2ImageReferencesAccessPolicy. */
export const USES = [
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeLaunchConfigurations',
  'ec2:DescribeImageAttribute',
  'ec2:DescribeImageReferences',
  'ec2:DescribeImages',
  'ec2:DescribeInstances',
];
