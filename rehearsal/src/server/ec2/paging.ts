/** Pages of a listing: MaxResults and NextToken. */

import { AwsError } from '../aws-error.ts';
import type { Params } from '../wire/params.ts';

export interface Page<Kind> {
  readonly records: readonly Kind[];
  readonly nextToken: string | undefined;
}

/** Cuts the page that was asked for. @throws AwsError InvalidNextToken, InvalidParameterValue */
export function pageOf<Kind>(records: readonly Kind[], params: Params): Page<Kind> {
  const start = readToken(params.text('NextToken'));
  const size = params.integer('MaxResults') ?? records.length;
  if (size < 1 && records.length > 0) {
    throw new AwsError('InvalidParameterValue', `Value (${size}) for parameter maxResults is invalid.`);
  }
  const end = start + size;
  return {
    records: records.slice(start, end),
    nextToken: end < records.length ? Buffer.from(`after ${end}`).toString('base64url') : undefined,
  };
}

function readToken(token: string | undefined): number {
  if (token === undefined) return 0;
  const position = /^after (\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1];
  if (position !== undefined) return Number(position);
  throw new AwsError('InvalidNextToken', 'The specified pagination token is not valid.');
}
