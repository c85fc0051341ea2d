/** What each kind of work needs of AWS, and no more: policies of a fleet. Pure. */

import type { Fleet } from '../fleet/model.ts';
import { LOOK } from '../instances/documents.ts';
import { MAINTENANCE } from '../instances/maintenance.ts';
import { TAG } from '../plan/tags.ts';
import { bakeStatements, reapStatements } from './bake-policies.ts';
import { documentArn, documentStatements, onGroups } from './document-statements.ts';
import { promoteStatements, pruneStatements, readStatements } from './image-policies.ts';
import { object, place } from './places.ts';
import { rolloutStatements } from './rollout-policies.ts';
import { arns, objects, type Statement, statement } from './statement.ts';

export interface Policy {
  /** What `--for` calls it. */
  readonly name: string;
  /** Who gets it, and what that means. */
  readonly purpose: string;
  readonly statements: readonly Statement[];
}

export interface PolicyOptions {
  /** Roles of IAM that the instances of the groups have. */
  readonly instanceRoles?: readonly string[];
}

export function policies(fleet: Fleet, { instanceRoles = [] }: PolicyOptions = {}): Policy[] {
  return [
    {
      name: 'read',
      purpose: `looks at images and changes nothing: \`bake status\`, \`bake images list\`, \`show\`, \`diff\`; ${BESIDE}`,
      statements: readStatements(fleet),
    },
    {
      name: 'bake',
      purpose: 'bakes and verifies images: `bake`, `bake verify`, `bake ossec build`',
      statements: bakeStatements(fleet),
    },
    {
      name: 'promote',
      purpose: 'publishes, copies, shares and retires images: `bake images promote`, `retire`',
      statements: promoteStatements(fleet),
    },
    {
      name: 'prune',
      purpose: `disables and deletes images that nobody uses: \`bake images prune\`; ${BESIDE}`,
      statements: pruneStatements(fleet),
    },
    {
      name: 'reap',
      purpose: `removes what killed bakes have left: \`bake reap\`; ${BESIDE}`,
      statements: reapStatements(fleet),
    },
    {
      name: 'rollout',
      purpose: `moves groups onto images: \`bake rollout\`, \`watch\`, \`undo\`, \`cancel\`${instanceRoles.length === 0 ? '; name the role that the instances have: `--instance-role NAME`' : ''}`,
      statements: rolloutStatements(fleet, instanceRoles),
    },
    {
      name: 'look',
      purpose: 'reads alerts and the state of instances: `bake alerts`, `bake status --instances`',
      statements: lookStatements(fleet),
    },
    {
      name: 'maintenance',
      purpose: 'begins and ends maintenance windows, each of which every hook is told: `bake maintenance`',
      statements: documentStatements(fleet, [MAINTENANCE]),
    },
    {
      name: 'push',
      purpose:
        'pushes what others have put in place: `bake ossec push`; no right to run anything else on instances',
      statements: pushStatements(fleet),
    },
    {
      name: 'publish',
      purpose:
        'puts in place what is pushed: `bake ossec bundle`; whoever may do this is root on the instances',
      statements: publishStatements(fleet),
    },
    {
      name: 'install',
      purpose: "installs bake's SSM documents, once and with each new version: `bake iam install`",
      statements: installStatements(fleet),
    },
    {
      name: 'instance',
      purpose:
        'the role of the instances, beside AmazonSSMManagedInstanceCore: fetches what is pushed, reads where alerts are posted, puts long answers into S3',
      statements: instanceStatements(fleet),
    },
  ];
}

/** AWS's own policy for a call of its own that looks into other services. */
const BESIDE = "beside AWS's AmazonEC2ImageReferencesAccessPolicy";

function lookStatements(fleet: Fleet): Statement[] {
  const { details } = fleet.ossec;
  return [
    ...documentStatements(
      fleet,
      [LOOK],
      ['autoscaling:DescribeInstanceRefreshes', 'ec2:DescribeImages', 'ssm:ListCommands'],
    ),
    ...(details === undefined ? [] : [objects('ReadDetails', details, ['s3:GetObject', 's3:DeleteObject'])]),
  ];
}

function pushStatements(fleet: Fleet): Statement[] {
  const push = pushName(fleet);
  return [
    ...documentStatements(fleet, [LOOK, push]),
    ...knowBundles(fleet),
    ...(fleet.ossec.bundles === undefined
      ? []
      : [objects('SeeBundles', fleet.ossec.bundles, ['s3:ListBucket'])]),
    statement(
      'Record',
      ['ec2:CreateTags'],
      arns(fleet.region, 'instance'),
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': [TAG.ossec, TAG.ossecLayer, TAG.pushedAt] } },
      onGroups(fleet),
    ),
  ];
}

function publishStatements(fleet: Fleet): Statement[] {
  const { bundles } = fleet.ossec;
  return [
    ...(bundles === undefined ? [] : [objects('PutBundles', bundles, ['s3:PutObject'])]),
    ...knowBundles(fleet),
  ];
}

/** What a bundle with another build is made of: its digest is known to who reads the same. */
function knowBundles({ ossec: { tarball, builtTrees } }: Fleet): Statement[] {
  return [...object('Tarball', tarball?.from), ...place('Trees', builtTrees, ['s3:GetObject'])];
}

function installStatements(fleet: Fleet): Statement[] {
  return [
    statement(
      'Install',
      [
        'ssm:CreateDocument',
        'ssm:DeleteDocument',
        'ssm:DescribeDocument',
        'ssm:GetDocument',
        'ssm:UpdateDocument',
        'ssm:UpdateDocumentDefaultVersion',
      ],
      [LOOK, MAINTENANCE, pushName(fleet)].map((name) => documentArn(fleet, name)),
    ),
  ];
}

function instanceStatements({ region, ossec, roles }: Fleet): Statement[] {
  const urls = [ossec, ...roles.map((role) => role.ossec)].flatMap(({ alerts }) =>
    alerts.map(({ hook: { url } }) => url),
  );
  const parameters = urls.flatMap((url) =>
    url.kind === 'ssm-parameter' ? [`arn:aws:ssm:${region}:*:parameter/${url.name.replace(/^\//, '')}`] : [],
  );
  const secrets = urls.flatMap((url) =>
    url.kind === 'secrets-manager' ? [`arn:aws:secretsmanager:${region}:*:secret:${url.name}-*`] : [],
  );
  const unique = (all: readonly string[]) => [...new Set(all)];
  return [
    ...(ossec.bundles === undefined ? [] : [objects('FetchBundles', ossec.bundles, ['s3:GetObject'])]),
    ...(ossec.details === undefined ? [] : [objects('PutDetails', ossec.details, ['s3:PutObject'])]),
    ...(parameters.length === 0 ? [] : [statement('ReadHooks', ['ssm:GetParameter'], unique(parameters))]),
    ...(secrets.length === 0
      ? []
      : [statement('ReadSecretHooks', ['secretsmanager:GetSecretValue'], unique(secrets))]),
  ];
}

function pushName({ name }: Fleet): string {
  return `bake-push-${name}`;
}
