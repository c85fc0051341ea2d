/** What each kind of work needs of AWS, and no more: policies of a fleet. Pure. */

import type { Fleet } from '../fleet/model.ts';
import { LOOK } from '../instances/documents.ts';
import { MAINTENANCE } from '../instances/maintenance.ts';
import { TAG } from '../plan/tags.ts';
import { buildStatements, imagesStatements, rolloutStatements } from './image-policies.ts';
import { objects, type Statement, statement } from './statement.ts';

export interface Policy {
  /** What `--for` calls it. */
  readonly name: string;
  /** Who gets it, and what that means. */
  readonly purpose: string;
  readonly statements: readonly Statement[];
}

export function policies(fleet: Fleet): Policy[] {
  return [
    {
      name: 'build',
      purpose: 'bakes and verifies images: `bake`, `bake verify`, `bake status`, `bake reap`',
      statements: buildStatements(fleet),
    },
    {
      name: 'images',
      purpose: 'promotes, shares, retires and prunes images: `bake images`',
      statements: imagesStatements(fleet),
    },
    {
      name: 'rollout',
      purpose: 'moves groups onto images: `bake rollout`',
      statements: rolloutStatements(fleet),
    },
    {
      name: 'look',
      purpose: 'reads alerts and the state of instances: `bake alerts`, `bake status --instances`',
      statements: documentStatements(fleet, [LOOK]),
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
        'the role of the instances, beside AmazonSSMManagedInstanceCore: fetches what is pushed, reads where alerts are posted',
      statements: instanceStatements(fleet),
    },
  ];
}

const READ_COMMANDS = [
  'ssm:DescribeInstanceInformation',
  'ssm:GetCommandInvocation',
  'ssm:ListCommandInvocations',
  'ssm:ListCommands',
];

/** Finds instances, and sends them these documents. */
function documentStatements(fleet: Fleet, names: readonly string[]): Statement[] {
  return [
    statement('Find', [
      'autoscaling:DescribeAutoScalingGroups',
      'autoscaling:DescribeInstanceRefreshes',
      'ec2:DescribeImages',
      'ec2:DescribeInstances',
      ...READ_COMMANDS,
    ]),
    statement(
      'KnowTheDocument',
      ['ssm:DescribeDocument', 'ssm:GetDocument'],
      names.map((name) => documentArn(fleet, name)),
    ),
    ...send(fleet, names),
    statement('End', ['ssm:CancelCommand']),
  ];
}

function pushStatements(fleet: Fleet): Statement[] {
  const push = pushName(fleet);
  return [
    ...documentStatements(fleet, [LOOK]).filter(({ Sid }) => Sid === 'Find' || Sid === 'End'),
    statement(
      'KnowTheDocuments',
      ['ssm:DescribeDocument', 'ssm:GetDocument'],
      [documentArn(fleet, LOOK), documentArn(fleet, push)],
    ),
    ...send(fleet, [LOOK, push]),
    ...(fleet.ossec.bundles === undefined
      ? []
      : [objects('SeeBundles', fleet.ossec.bundles, ['s3:ListBucket'])]),
    {
      ...statement('Record', ['ec2:CreateTags'], [`arn:aws:ec2:${fleet.region}:*:instance/*`]),
      Condition: {
        'ForAllValues:StringEquals': { 'aws:TagKeys': [TAG.ossec, TAG.ossecLayer, TAG.pushedAt] },
        ...onGroups(fleet),
      },
    },
  ];
}

/** Two statements: AWS asks for the right to the document and to each instance. */
function send(fleet: Fleet, documents: readonly string[]): Statement[] {
  const condition = onGroups(fleet);
  return [
    statement(
      'Send',
      ['ssm:SendCommand'],
      documents.map((name) => documentArn(fleet, name)),
    ),
    {
      ...statement('SendToTheGroups', ['ssm:SendCommand'], [`arn:aws:ec2:${fleet.region}:*:instance/*`]),
      ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
    },
  ];
}

/** The groups that the fleet file names; where it finds them by tags, every instance is meant. */
function onGroups({ roles }: Fleet): Readonly<Record<string, unknown>> {
  const named = roles.flatMap(({ groups }) => groups);
  if (named.length === 0 || roles.some(({ groupTags }) => Object.keys(groupTags).length > 0)) return {};
  return { StringEquals: { 'aws:ResourceTag/aws:autoscaling:groupName': named } };
}

function publishStatements({ ossec: { bundles, builtTrees } }: Fleet): Statement[] {
  return [
    ...(bundles === undefined ? [] : [objects('PutBundles', bundles, ['s3:GetObject', 's3:PutObject'])]),
    ...(builtTrees === undefined
      ? []
      : [
          objects('ReadTrees', builtTrees, ['s3:GetObject']),
          objects('FindTrees', builtTrees, ['s3:ListBucket']),
        ]),
  ];
}

function installStatements(fleet: Fleet): Statement[] {
  return [
    statement(
      'Install',
      [
        'ssm:CreateDocument',
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
    ...(parameters.length === 0 ? [] : [statement('ReadHooks', ['ssm:GetParameter'], unique(parameters))]),
    ...(secrets.length === 0
      ? []
      : [statement('ReadSecretHooks', ['secretsmanager:GetSecretValue'], unique(secrets))]),
  ];
}

function pushName({ name }: Fleet): string {
  return `bake-push-${name}`;
}

function documentArn({ region }: Fleet, name: string): string {
  return `arn:aws:ssm:${region}:*:document/${name}`;
}
