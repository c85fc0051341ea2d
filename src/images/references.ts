/** What AWS's services answer about who refers to an image → {@link Use}. Pure. */

import type { Use } from './model.ts';

/** One answer of DescribeImageReferences; undefined where it says too little. */
export function referenceUse(resourceType: string, arn: string): Use {
  const name = arn.split(':').slice(5).join(':');
  switch (resourceType) {
    case 'ec2:Instance':
      return { kind: 'instance', id: after(name, 'instance/'), group: undefined };
    case 'ec2:LaunchTemplate':
      return { kind: 'launch-template', id: after(name, 'launch-template/') };
    case 'ssm:Parameter':
      return { kind: 'parameter', name: parameterName(after(name, 'parameter/')) };
    default:
      return { kind: 'recipe', arn };
  }
}

function after(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

/** An ARN has one slash where the name begins with one: `parameter/golden/web` is `/golden/web`. */
function parameterName(name: string): string {
  return name.includes('/') ? `/${name}` : name;
}

/** What is known of an Auto Scaling group. */
export interface GroupReferences {
  readonly name: string;
  /** AMI ids that its mixed instances policy names itself. */
  readonly overrides: readonly string[];
  /** Values of its tags: a rollout notes there which image it can go back to. */
  readonly tagValues: readonly string[];
}

/** AMI id → how groups refer to it. */
export function groupUses(groups: readonly GroupReferences[]): Map<string, Use[]> {
  return collect(
    groups.flatMap(({ name, overrides, tagValues }) => [
      ...overrides.map((id): [string, Use] => [id, { kind: 'group', name }]),
      ...tagValues
        .flatMap((value) => value.match(/\bami-[0-9a-f]{8,17}\b/g) ?? [])
        .map((id): [string, Use] => [id, { kind: 'rollout', group: name }]),
    ]),
  );
}

/** AMI id → the images that stand on it; an image whose source is deleted says nothing. */
export function sourceUses(
  images: ReadonlyArray<{ readonly imageId: string; readonly name: string; readonly sourceAmi: string }>,
): Map<string, Use[]> {
  return collect(
    images.map(({ imageId, name, sourceAmi }): [string, Use] => [
      sourceAmi,
      { kind: 'image', imageId, name },
    ]),
  );
}

/** All uses of each image, each once; what says more of an instance replaces what says less. */
export function mergeUses(maps: ReadonlyArray<ReadonlyMap<string, readonly Use[]>>): Map<string, Use[]> {
  const merged = collect(
    maps.flatMap((map) => [...map].flatMap(([id, uses]) => uses.map((use): [string, Use] => [id, use]))),
  );
  return new Map([...merged].map(([id, uses]) => [id, onlyOnce(uses)]));
}

export function collect(entries: ReadonlyArray<readonly [imageId: string, use: Use]>): Map<string, Use[]> {
  const map = new Map<string, Use[]>();
  for (const [imageId, use] of entries) map.set(imageId, [...(map.get(imageId) ?? []), use]);
  return map;
}

function onlyOnce(uses: readonly Use[]): Use[] {
  const unique = new Map<string, Use>();
  for (const use of uses) {
    const key = use.kind === 'instance' ? `instance ${use.id}` : JSON.stringify(use);
    const known = unique.get(key);
    if (known === undefined || (use.kind === 'instance' && use.group !== undefined)) unique.set(key, use);
  }
  return [...unique.values()];
}
