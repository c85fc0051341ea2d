/** Pages of answers: a token is the number of the first record of the next page. */

import { AwsError } from '../aws-error.ts';
import type { Params } from '../wire/params.ts';

/** At most `most` records, or as many as the call asks for. @throws AwsError InvalidNextToken */
export function pageOf<Kind>(params: Params, all: readonly Kind[], most: number) {
  const token = params.text('NextToken') ?? '0';
  if (!/^\d{1,6}$/.test(token)) throw new AwsError('InvalidNextToken', 'The NextToken value is not valid.');
  const from = Number(token);
  const to = from + Math.min(100, params.integer('MaxRecords') ?? most);
  return { page: all.slice(from, to), next: to < all.length ? String(to) : undefined };
}
