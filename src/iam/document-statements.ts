/** What it takes to send one of bake's documents to instances. Pure. */

import type { Fleet } from '../fleet/model.ts';
import { arns, type Statement, statement } from './statement.ts';

/** Finds the instances of groups, and sends them these documents. `more`: what else is to be known of them. */
export function documentStatements(
  fleet: Fleet,
  names: readonly string[],
  more: readonly string[] = [],
): Statement[] {
  return [
    statement('Find', ['autoscaling:DescribeAutoScalingGroups', ...more]),
    ...askStatements(fleet, names),
  ];
}

/** Sends these documents to instances that are known, and hears what they say, or why they can't be reached. */
export function askStatements(fleet: Fleet, names: readonly string[]): Statement[] {
  return [
    statement('Hear', [
      'ec2:DescribeInstances',
      'ssm:CancelCommand',
      'ssm:DescribeInstanceInformation',
      'ssm:GetCommandInvocation',
      'ssm:ListCommandInvocations',
    ]),
    statement(
      'KnowTheDocuments',
      ['ssm:DescribeDocument', 'ssm:GetDocument'],
      names.map((name) => documentArn(fleet, name)),
    ),
    ...send(fleet, names),
  ];
}

/** Two statements: AWS asks for the right to the document and to each instance. */
function send(fleet: Fleet, documents: readonly string[]): Statement[] {
  return [
    statement(
      'Send',
      ['ssm:SendCommand'],
      documents.map((name) => documentArn(fleet, name)),
    ),
    statement('SendToTheGroups', ['ssm:SendCommand'], arns(fleet.region, 'instance'), onGroups(fleet)),
  ];
}

/** The groups that the fleet file names; where it finds some by tags, instances of any group are meant. */
export function onGroups({ roles }: Fleet): NonNullable<Statement['Condition']> {
  const named = roles.flatMap(({ groups }) => groups);
  if (named.length === 0 || roles.some(({ groupTags }) => Object.keys(groupTags).length > 0))
    return { Null: { [GROUP_TAG]: 'false' } };
  return { StringEquals: { [GROUP_TAG]: named } };
}

/** Auto Scaling gives it to its instances, and nobody else can give it. */
const GROUP_TAG = 'aws:ResourceTag/aws:autoscaling:groupName';

export function documentArn({ region }: Fleet, name: string): string {
  return `arn:aws:ssm:${region}:*:document/${name}`;
}
