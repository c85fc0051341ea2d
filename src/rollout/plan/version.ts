/** The one launch template version that a rollout makes: the group's own with another image. Pure. */

import { createHash } from 'node:crypto';

/** A version as `DescribeLaunchTemplateVersions` tells of it. */
export interface ExistingVersion {
  readonly number: number;
  readonly description: string;
  /** Empty where it has none. */
  readonly imageId: string;
  readonly instanceType: string | undefined;
  /** The metadata options as AWS names them: `HttpTokens`, … Empty: as the image says. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** All versions of a template. */
export interface TemplateVersions {
  readonly versions: readonly ExistingVersion[];
  /** Numbers that `$Latest` and `$Default` stand for. */
  readonly latest: number;
  readonly byDefault: number;
}

/** The version behind a number, `$Latest` or `$Default`; undefined where it is gone. */
export function versionOf(
  version: string,
  { versions, latest, byDefault }: TemplateVersions,
): ExistingVersion | undefined {
  const number = version === '$Latest' ? latest : version === '$Default' ? byDefault : Number(version);
  return versions.find((one) => one.number === number);
}

/** What bake made a version from, as its description says; undefined where bake did not make it. */
export function previousOf(
  number: number | undefined,
  { versions }: Pick<TemplateVersions, 'versions'>,
): number | undefined {
  const description = versions.find((version) => version.number === number)?.description ?? '';
  const before = /^bake: version (\d+) with ami-/.exec(description)?.[1];
  return before === undefined ? undefined : Number(before);
}

export interface VersionWish {
  readonly templateId: string;
  /** What the group launches from now. */
  readonly source: ExistingVersion;
  readonly image: { readonly id: string; readonly name: string };
  /** Asked for in so many words: it is never slipped in. */
  readonly requireImdsV2: boolean;
}

/** What `CreateLaunchTemplateVersion` is called with: AWS takes everything else from the source version. */
export interface VersionRequest {
  readonly LaunchTemplateId: string;
  readonly SourceVersion: string;
  readonly VersionDescription: string;
  readonly ClientToken: string;
  readonly LaunchTemplateData: {
    readonly ImageId: string;
    /** Whole: a part of it might take the place of all. */
    readonly MetadataOptions?: Readonly<Record<string, unknown>>;
  };
}

export type VersionPlan =
  /** A version that an earlier rollout has made serves; or the group's own does. */
  | { readonly kind: 'use'; readonly number: number }
  | { readonly kind: 'create'; readonly request: VersionRequest };

export interface Difference {
  readonly key: string;
  readonly before: string;
  readonly after: string;
}

const LONGEST_DESCRIPTION = 255;

/**
 * The version to roll out. A call that is repeated, by the same command or after a crash, finds the version
 * that the first one made: by its description, and where that call has not ended yet by its client token.
 */
export function planVersion(wish: VersionWish, existing: readonly ExistingVersion[]): VersionPlan {
  const { source, image } = wish;
  if (differences(wish).length === 0) return { kind: 'use', number: source.number };
  const description = describe(wish);
  const made = existing.find(
    (version) =>
      version.description === description &&
      version.imageId === image.id &&
      version.metadata.HttpTokens === tokensOf(wish),
  );
  if (made !== undefined) return { kind: 'use', number: made.number };
  return {
    kind: 'create',
    request: {
      LaunchTemplateId: wish.templateId,
      SourceVersion: String(source.number),
      VersionDescription: description,
      ClientToken: tokenOf(wish),
      LaunchTemplateData: {
        ImageId: image.id,
        ...(tokensOf(wish) === source.metadata.HttpTokens
          ? {}
          : { MetadataOptions: { ...source.metadata, HttpTokens: 'required' } }),
      },
    },
  };
}

/** What becomes different in the launch template, in the words of AWS. */
export function differences(wish: VersionWish): Difference[] {
  const { source, image } = wish;
  const all: readonly Difference[] = [
    { key: 'ImageId', before: source.imageId, after: image.id },
    {
      key: 'MetadataOptions.HttpTokens',
      before: String(source.metadata.HttpTokens ?? 'not set'),
      after: String(tokensOf(wish) ?? 'not set'),
    },
  ];
  return all.filter(({ before, after }) => before !== after);
}

function tokensOf({ requireImdsV2, source }: VersionWish): unknown {
  return requireImdsV2 ? 'required' : source.metadata.HttpTokens;
}

function describe({ source, image }: VersionWish): string {
  const text = `bake: version ${source.number} with ${image.id} (${image.name})`;
  return text.length <= LONGEST_DESCRIPTION ? text : `${text.slice(0, LONGEST_DESCRIPTION - 1)}…`;
}

/** The same for the same wish, on any machine. */
function tokenOf({ templateId, source, image, requireImdsV2 }: VersionWish): string {
  const wish = JSON.stringify([templateId, source.number, image.id, requireImdsV2]);
  return `bake-${createHash('sha256').update(wish).digest('hex').slice(0, 48)}`;
}
