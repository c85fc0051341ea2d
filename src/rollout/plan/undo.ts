/**
 * What a rollout leaves on the group so that it can be undone after its success: the version and the image
 * before it, as tags that instances don't get. Pure.
 */

export interface Undo {
  /** Of the group's own launch template. */
  readonly templateId: string;
  /** What the group had before. */
  readonly version: number;
  /** What took its place: where the group has another one now, the tags are of the past. */
  readonly replacedBy: number;
  readonly imageId: string;
}

/** Keys of the group's tags. */
export const UNDO_TAG = {
  version: 'bake:previous-version',
  image: 'bake:previous-image',
} as const;

/** The tags that remember what to go back to. */
export function undoTags({ templateId, version, replacedBy, imageId }: Undo): ReadonlyMap<string, string> {
  return new Map([
    [UNDO_TAG.version, `${templateId}:${version} before ${replacedBy}`],
    [UNDO_TAG.image, imageId],
  ]);
}

const VERSION =
  /^(?<templateId>lt-[0-9a-f]{8,17}):(?<version>[1-9]\d{0,9}) before (?<replacedBy>[1-9]\d{0,9})$/;

/** What to go back to; undefined where nothing is remembered, or where the tags make no sense. */
export function readUndo(tags: ReadonlyMap<string, string>): Undo | undefined {
  const { templateId, version, replacedBy } = VERSION.exec(tags.get(UNDO_TAG.version) ?? '')?.groups ?? {};
  const imageId = tags.get(UNDO_TAG.image) ?? '';
  if (templateId === undefined || !/^ami-[0-9a-f]{8,17}$/.test(imageId)) return undefined;
  return { templateId, version: Number(version), replacedBy: Number(replacedBy), imageId };
}
