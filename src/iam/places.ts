/** Rights to the places that a fleet file names. Pure. */

import type { Fleet, SourceImage } from '../fleet/model.ts';
import { objects, type Statement, statement } from './statement.ts';

/**
 * A place that lies in S3. Only to who may list a bucket S3 says that an object isn't there; everybody else is denied.
 */
export function place(name: string, at: string | undefined, actions: readonly string[]): Statement[] {
  if (at === undefined || !at.startsWith('s3://')) return [];
  return [objects(name, at, actions), objects(`List${name}`, at, ['s3:ListBucket'])];
}

/** A place in S3 that is only written to. */
export function into(name: string, at: string | undefined): Statement[] {
  return at === undefined || !at.startsWith('s3://') ? [] : [objects(name, at, ['s3:PutObject'])];
}

/** One object in S3, which has to be there. */
export function object(name: string, at: string | undefined): Statement[] {
  if (at === undefined || !at.startsWith('s3://')) return [];
  return [statement(name, ['s3:GetObject'], [at.replace('s3://', 'arn:aws:s3:::')])];
}

/** Public parameters belong to no account. */
export function sourceStatements({ region, source }: Fleet): Statement[] {
  if (source.kind !== 'ssm-parameter') return [];
  return [statement('FindSource', ['ssm:GetParameter'], [parameterArn(region, source)])];
}

function parameterArn(region: string, { name }: Extract<SourceImage, { kind: 'ssm-parameter' }>): string {
  const account = name.startsWith('/aws/') ? '' : '*';
  return `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
}
