/** Tags as they come in with requests and go out with descriptions. */

import { AwsError } from '../aws-error.ts';
import type { Tags } from '../state/model.ts';
import type { Params } from '../wire/params.ts';
import type { XmlElement } from '../wire/xml.ts';

const MOST_TAGS = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

/** Reads `Tag.1.Key`, `Tag.1.Value`, …. @throws AwsError for a key or value that AWS refuses */
export function readTags(params: Params): Tags {
  const tags = new Map<string, string>();
  for (const tag of params.structures('Tag')) {
    const key = tag.required('Key');
    const value = tag.raw('Value') ?? '';
    checkTag(key, value);
    tags.set(key, value);
  }
  return tags;
}

function checkTag(key: string, value: string): void {
  if (/^aws:/i.test(key)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ( ${key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`,
    );
  }
  if ([...key].length > LONGEST_KEY || [...value].length > LONGEST_VALUE) {
    throw new AwsError(
      'InvalidParameterValue',
      `Tag ${key}: a key has at most ${LONGEST_KEY} characters and a value ${LONGEST_VALUE}`,
    );
  }
}

/** Tags with others laid over them. @throws AwsError TagLimitExceeded */
export function mergeTags(tags: Tags, added: Tags): Tags {
  const merged = new Map([...tags, ...added]);
  if (merged.size <= MOST_TAGS) return merged;
  throw new AwsError('TagLimitExceeded', `More than ${MOST_TAGS} tags specified`);
}

/** The tags that a creating call gives to resources of each type: `TagSpecification.1.ResourceType`, …. */
export function readTagSpecifications(params: Params): (resourceType: string) => Tags {
  const byType = new Map<string, Tags>();
  for (const specification of params.structures('TagSpecification')) {
    const type = specification.required('ResourceType');
    byType.set(type, mergeTags(byType.get(type) ?? new Map(), readTags(specification)));
  }
  return (type) => byType.get(type) ?? new Map();
}

export function encodeTags(tags: Tags): readonly XmlElement[] {
  return [...tags].map(([key, value]) => ({ key, value }));
}
