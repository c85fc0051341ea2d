/** A statement of a policy, and what bounds it. Pure. */

import { TAG } from '../plan/tags.ts';

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Condition;
}

/** Without resources, the calls are such that know none. */
export function statement(
  Sid: string,
  actions: readonly string[],
  Resource: readonly string[] = ['*'],
  ...conditions: readonly Condition[]
): Statement {
  const Condition = merged(conditions);
  return {
    ...{ Sid, Effect: 'Allow', Action: [...new Set(actions)].toSorted(), Resource },
    ...(Object.keys(Condition).length === 0 ? {} : { Condition }),
  };
}

/** All of them together: AWS asks for each operator, and each key of it. */
function merged(conditions: readonly Condition[]): Condition {
  const all: Record<string, Record<string, string | readonly string[]>> = {};
  for (const condition of conditions) {
    for (const [operator, keys] of Object.entries(condition)) all[operator] = { ...all[operator], ...keys };
  }
  return all;
}

/** Calls about what lies below `s3://BUCKET/PREFIX`, or to list it. */
export function objects(Sid: string, place: string, actions: readonly string[]): Statement {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/?(.*?)\/?$/.exec(place) ?? [];
  const below = prefix === '' ? '*' : `${prefix}/*`;
  if (!actions.includes('s3:ListBucket')) return statement(Sid, actions, [`arn:aws:s3:::${bucket}/${below}`]);
  return statement(Sid, actions, [`arn:aws:s3:::${bucket}`], {
    StringLike: { 's3:prefix': prefix === '' ? ['*'] : [prefix, below] },
  });
}

/** What only resources with bake's own tag of the fleet may be done to. */
export function ofFleet(fleet: string): Condition {
  return { StringEquals: { [`aws:ResourceTag/${TAG.fleet}`]: fleet } };
}

/** What gets bake's tag of the fleet with the call that makes it. */
export function taggedAs(fleet: string): Condition {
  return { StringEquals: { [`aws:RequestTag/${TAG.fleet}`]: fleet } };
}

/** Tags that a resource gets from the call that makes it, and no others. */
export function madeBy(...calls: readonly string[]): Condition {
  return { StringEquals: { 'ec2:CreateAction': calls } };
}

/** What bake makes in EC2; images and snapshots have no account in their ARN. */
type Kind =
  | 'image'
  | 'instance'
  | 'key-pair'
  | 'launch-template'
  | 'network-interface'
  | 'security-group'
  | 'snapshot'
  | 'subnet'
  | 'volume'
  | 'vpc';

export function arns(region: string, ...kinds: readonly Kind[]): string[] {
  return kinds.map((kind) => {
    const account = kind === 'image' || kind === 'snapshot' ? '' : '*';
    return `arn:aws:ec2:${region}:${account}:${kind}/*`;
  });
}

/** What EC2 does with a key of KMS in the name of whoever encrypts a volume or an image with it. */
export function keyStatements(Sid: string, region: string, key: string): Statement[] {
  const isArn = key.startsWith('arn:');
  const alias = /(?:^|:)(alias\/.+)$/.exec(key)?.[1];
  const resource =
    isArn && alias === undefined ? key : `arn:aws:kms:${region}:*:key/${alias === undefined ? key : '*'}`;
  const named: Condition =
    alias === undefined ? {} : { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [alias] } };
  const viaEc2: Condition = { StringEquals: { 'kms:ViaService': `ec2.${region}.amazonaws.com` } };
  return [
    statement(
      Sid,
      [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      [resource],
      named,
      viaEc2,
    ),
    statement(`${Sid}Grant`, ['kms:CreateGrant'], [resource], named, viaEc2, {
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
    }),
  ];
}
