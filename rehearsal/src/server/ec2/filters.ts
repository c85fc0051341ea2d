/** EC2's filters: all of them must match, one of a filter's values is enough, `*` and `?` are wildcards. */

import { AwsError } from '../aws-error.ts';
import type { Resource } from '../state/model.ts';
import type { Params } from '../wire/params.ts';

/** What each filter looks at; a filter matches where one of the texts does. */
export interface FilterFields<Kind> {
  readonly [name: string]: (record: Kind) => readonly string[];
}

export interface Filter {
  readonly name: string;
  readonly values: readonly string[];
}

export function readFilters(params: Params): readonly Filter[] {
  return params.structures('Filter').map((filter) => ({
    name: filter.required('Name'),
    values: filter.list('Value'),
  }));
}

/**
 * The records that match every filter.
 * @throws AwsError InvalidParameterValue for a filter that is not known
 */
export function applyFilters<Kind extends Resource>(
  records: readonly Kind[],
  filters: readonly Filter[],
  fields: FilterFields<Kind>,
): readonly Kind[] {
  const tests = filters.map(({ name, values }) => {
    const textsOf = fieldOf(name, fields);
    const patterns = values.map(wildcard);
    return (record: Kind) => textsOf(record).some((text) => patterns.some((pattern) => pattern.test(text)));
  });
  return records.filter((record) => tests.every((test) => test(record)));
}

function fieldOf<Kind extends Resource>(
  name: string,
  fields: FilterFields<Kind>,
): (record: Kind) => readonly string[] {
  if (name === 'tag-key') return (record) => [...record.tags.keys()];
  if (name === 'tag-value') return (record) => [...record.tags.values()];
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return (record) => present(record.tags.get(key));
  }
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field !== undefined) return field;
  throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
}

/** A list of what is there. */
export function present(...values: readonly (string | number | boolean | undefined)[]): readonly string[] {
  return values.flatMap((value) => (value === undefined ? [] : [String(value)]));
}

/** `web-*` as a pattern for the whole text; a backslash takes a wildcard its meaning. */
export function wildcard(pattern: string): RegExp {
  const source = pattern.replace(/\\([*?\\])|([*?])|[\^$.*+?()[\]{}|\\/]/g, (match, literal, wild) => {
    if (wild === '*') return '[\\s\\S]*';
    if (wild === '?') return '[\\s\\S]';
    return `\\${literal ?? match}`;
  });
  return new RegExp(`^${source}$`, 'u');
}
