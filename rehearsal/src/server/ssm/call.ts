/** What an SSM action gets: JSON in, JSON out. */

import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { World } from '../ec2/action.ts';

export interface SsmCall {
  readonly region: string;
  readonly input: unknown;
}

/** Undefined: the call is moto's. @throws AwsError */
export type SsmAction = (world: World, call: SsmCall) => object | undefined | Promise<object | undefined>;

/** @throws AwsError ValidationException */
export function read<Schema extends z.ZodType>(schema: Schema, { input }: SsmCall): z.infer<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AwsError('ValidationException', z.prettifyError(parsed.error));
}

export const PAGING = { MaxResults: z.int().positive().optional(), NextToken: z.string().optional() };

/** A token is the number of the first record of the next page. */
export function pageOf<Kind>(
  all: readonly Kind[],
  {
    MaxResults = 50,
    NextToken = '0',
  }: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
) {
  if (!/^\d{1,6}$/.test(NextToken)) throw new AwsError('InvalidNextToken', 'The token is not valid.');
  const from = Number(NextToken);
  const to = from + Math.min(50, MaxResults);
  return { page: all.slice(from, to), next: to < all.length ? { NextToken: String(to) } : {} };
}

export const seconds = (date: Date) => date.getTime() / 1000;
