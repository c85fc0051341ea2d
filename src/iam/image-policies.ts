/** What looking at finished images, promoting them and clearing them away needs. Pure. */

import type { Fleet } from '../fleet/model.ts';
import { USES } from './bake-policies.ts';
import { place, sourceStatements } from './places.ts';
import { arns, keyStatements, madeBy, ofFleet, type Statement, statement } from './statement.ts';

export function readStatements(fleet: Fleet): Statement[] {
  return [
    statement('Look', USES),
    ...sourceStatements(fleet),
    ...point('ReadParameters', fleet, ['ssm:GetParameters']),
    ...place('Reports', fleet.images.reports, ['s3:GetObject']),
  ];
}

export function promoteStatements(fleet: Fleet): Statement[] {
  const { images, name } = fleet;
  const copies = images.regions.map(({ region }) => region);
  return [
    statement('Look', ['ec2:DescribeImageAttribute', 'ec2:DescribeImages']),
    statement(
      'ChangeOwn',
      [
        'ec2:CreateTags',
        'ec2:EnableImageDeprecation',
        ...(images.accounts.length === 0 ? [] : ['ec2:ModifyImageAttribute']),
        // Of a copy that AWS gave up.
        ...(copies.length === 0 ? [] : ['ec2:DeleteSnapshot', 'ec2:DeregisterImage']),
      ],
      regionsOf(fleet).flatMap((region) => arns(region, 'image', 'snapshot')),
      ofFleet(name),
    ),
    ...copyStatements(fleet, copies),
    ...point('Point', fleet, ['ssm:GetParameters', 'ssm:PutParameter']),
    ...place('Reports', images.reports, ['s3:GetObject']),
  ];
}

/** The copy's tags are those of the image that is copied, which is the fleet's; AWS asks for both ends. */
function copyStatements(fleet: Fleet, copies: readonly string[]): Statement[] {
  if (copies.length === 0) return [];
  const targets = copies.flatMap((region) => arns(region, 'image', 'snapshot'));
  return [
    statement('CopyOwn', ['ec2:CopyImage'], arns(fleet.region, 'image', 'snapshot'), ofFleet(fleet.name)),
    statement('CopyTo', ['ec2:CopyImage'], targets),
    statement('TagCopies', ['ec2:CreateTags'], targets, madeBy('CopyImage')),
    statement(
      'LookAtKeys',
      ['kms:DescribeKey'],
      regionsOf(fleet).map((region) => `arn:aws:kms:${region}:*:key/*`),
    ),
    ...fleet.images.regions.flatMap(({ region, kmsKey }, index) =>
      kmsKey === undefined ? [] : keyStatements(`Encrypt${index + 1}`, region, kmsKey),
    ),
  ];
}

export function pruneStatements(fleet: Fleet): Statement[] {
  return [
    statement('Look', USES),
    ...point('ReadParameters', fleet, ['ssm:GetParameters']),
    statement(
      'RemoveOwn',
      ['ec2:CreateTags', 'ec2:DeleteSnapshot', 'ec2:DeregisterImage', 'ec2:DisableImage'],
      regionsOf(fleet).flatMap((region) => arns(region, 'image', 'snapshot')),
      ofFleet(fleet.name),
    ),
  ];
}

function regionsOf({ region, images }: Fleet): string[] {
  return [region, ...images.regions.map((copy) => copy.region)];
}

/** The parameters that promotions write. */
function point(Sid: string, fleet: Fleet, actions: readonly string[]): Statement[] {
  const parameters = fleet.images.parameters?.replace(/^\//, '');
  if (parameters === undefined) return [];
  return [
    statement(
      Sid,
      actions,
      regionsOf(fleet).map((region) => `arn:aws:ssm:${region}:*:parameter/${parameters}/*`),
    ),
  ];
}
