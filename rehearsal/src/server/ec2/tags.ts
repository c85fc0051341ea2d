/** CreateTags, DeleteTags, DescribeTags: what is kept here is tagged here, the rest by moto. */

import { AwsError } from '../aws-error.ts';
import type { Tags } from '../state/model.ts';
import { allResources, type FoundResource, findResource } from '../state/resources.ts';
import type { Params } from '../wire/params.ts';
import { itemsAt, textAt, type XmlElement } from '../wire/xml.ts';
import { DONE, type Ec2Call, type World } from './action.ts';
import { applyFilters, type FilterFields, readFilters } from './filters.ts';
import { pageOf } from './paging.ts';
import { mergeTags, readTags } from './tag-encoding.ts';

export async function createTags(world: World, call: Ec2Call): Promise<XmlElement> {
  const added = readTags(call.params);
  const { own, others } = split(world, call);
  const tagged = own.map((resource) => [resource, mergeTags(resource.tags, added)] as const);
  await passOn(world, call, 'CreateTags', others);
  for (const [{ retag }, tags] of tagged) retag(tags);
  return DONE;
}

export async function deleteTags(world: World, call: Ec2Call): Promise<XmlElement> {
  const removed = call.params
    .structures('Tag')
    .map((tag) => [tag.required('Key'), tag.raw('Value')] as const);
  const { own, others } = split(world, call);
  await passOn(world, call, 'DeleteTags', others);
  for (const { tags, retag } of own) retag(without(tags, removed));
  return DONE;
}

/** A tag goes where its key is named, and its value if one is given; all go where none is named. */
function without(tags: Tags, removed: readonly (readonly [string, string | undefined])[]): Tags {
  if (removed.length === 0) return new Map();
  const goes = (key: string, value: string) =>
    removed.some(([name, wanted]) => name === key && (wanted === undefined || wanted === value));
  return new Map([...tags].filter(([key, value]) => !goes(key, value)));
}

function split(
  world: World,
  { region, params }: Ec2Call,
): { own: readonly FoundResource[]; others: readonly string[] } {
  const own: FoundResource[] = [];
  const others: string[] = [];
  for (const id of params.list('ResourceId')) {
    const resource = findResource(world.state, region, id);
    if (resource === undefined) others.push(id);
    else own.push(resource);
  }
  if (own.length + others.length > 0) return { own, others };
  throw new AwsError('MissingParameter', 'The request must contain the parameter resourceIdSet');
}

async function passOn(
  world: World,
  { region, params }: Ec2Call,
  operation: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await world.moto.query({ service: 'ec2', region, operation }, { ...tagParams(params), ...numbered(ids) });
}

function tagParams(params: Params): Readonly<Record<string, string>> {
  return Object.fromEntries(params.entries().filter(([name]) => name.startsWith('Tag.')));
}

function numbered(ids: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(ids.map((id, index) => [`ResourceId.${index + 1}`, id]));
}

/** One tag of one resource, in the shape that filters work on. */
interface TagRecord {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly value: string;
  readonly tags: Tags;
}

const FIELDS: FilterFields<TagRecord> = {
  key: ({ key }) => [key],
  'resource-id': ({ id }) => [id],
  'resource-type': ({ type }) => [type],
  value: ({ value }) => [value],
};

export async function describeTags(world: World, { region, params }: Ec2Call): Promise<XmlElement> {
  const all = await world.moto.query({ service: 'ec2', region, operation: 'DescribeTags' }, {});
  const others = itemsAt(all, 'DescribeTagsResponse', 'tagSet').map((item) =>
    tagRecord(
      { id: textAt(item, 'resourceId') ?? '', type: textAt(item, 'resourceType') ?? '' },
      textAt(item, 'key') ?? '',
      textAt(item, 'value') ?? '',
    ),
  );
  const own = allResources(world.state, region).flatMap((resource) =>
    [...resource.tags].map(([key, value]) => tagRecord(resource, key, value)),
  );
  const { records, nextToken } = pageOf(
    applyFilters([...own, ...others], readFilters(params), FIELDS),
    params,
  );
  return {
    tagSet: records.map(({ id, type, key, value }) => ({ resourceId: id, resourceType: type, key, value })),
    nextToken,
  };
}

function tagRecord({ id, type }: { id: string; type: string }, key: string, value: string): TagRecord {
  return { id, type, key, value, tags: new Map([[key, value]]) };
}
