/** A statement of a policy. Pure. */

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, unknown>>;
}

/** Without resources, the calls are such that know none. */
export function statement(
  Sid: string,
  actions: readonly string[],
  Resource: readonly string[] = ['*'],
): Statement {
  return { Sid, Effect: 'Allow', Action: [...new Set(actions)].toSorted(), Resource };
}

/** Calls about what lies below `s3://BUCKET/PREFIX`, or to list it. */
export function objects(Sid: string, place: string, actions: readonly string[]): Statement {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/?(.*?)\/?$/.exec(place) ?? [];
  const below = prefix === '' ? '*' : `${prefix}/*`;
  if (!actions.includes('s3:ListBucket')) return statement(Sid, actions, [`arn:aws:s3:::${bucket}/${below}`]);
  return {
    ...statement(Sid, actions, [`arn:aws:s3:::${bucket}`]),
    Condition: { StringLike: { 's3:prefix': prefix === '' ? ['*'] : [prefix, below] } },
  };
}

/** What only resources with bake's own tag of the fleet may be done to. */
export function ofFleet(fleet: string): Pick<Statement, 'Condition'> {
  return { Condition: { StringEquals: { 'aws:ResourceTag/bake:fleet': fleet } } };
}
