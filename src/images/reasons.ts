/** Why an image would be baked: its recipe against that of the newest image of its role. Pure. */

import type { Fleet } from '../fleet/model.ts';
import { ageSeconds, type Decision, type ExistingImage } from '../plan/decide.ts';
import type { Recipe, ToolVersions } from '../plan/fingerprint.ts';
import { IMAGE_HCL, nameFile, nameStep, stepFile } from './file-names.ts';

export type Change = 'changed' | 'added' | 'removed';

export type Reason =
  /** The role has no image yet. */
  | { readonly kind: 'first' }
  | { readonly kind: 'forced' }
  | { readonly kind: 'too-old'; readonly imageId: string; readonly ageSeconds: number }
  /** What has this fingerprint can't be used. */
  | { readonly kind: 'unusable'; readonly imageId: string; readonly state: string }
  /** AMI ids. */
  | { readonly kind: 'source'; readonly from: string; readonly to: string }
  /** The base image is another one. */
  | { readonly kind: 'base' }
  /** A file or a part of the fleet file. */
  | { readonly kind: 'part'; readonly change: Change; readonly name: string }
  /** The same steps, one after the other in another way. */
  | { readonly kind: 'order' }
  /** Files of bake's own, of one and the same version of bake. */
  | { readonly kind: 'own-files'; readonly count: number }
  /** A download: its digests. */
  | { readonly kind: 'artifact'; readonly change: Change; readonly sha256: string }
  | { readonly kind: 'tool'; readonly tool: keyof ToolVersions; readonly from: string; readonly to: string }
  /** What the newest image was made of is not known here. */
  | { readonly kind: 'unknown'; readonly imageId: string };

/** What the reasons are found from. */
export interface Compared {
  readonly fleet: Fleet;
  readonly decision: Extract<Decision, { kind: 'bake' }>;
  readonly recipe: Recipe;
  readonly fingerprint: string;
  /** The role's images, of any fingerprint. */
  readonly images: readonly ExistingImage[];
  /** What the newest of them was made of, as far as that is known here. */
  readonly previous: Recipe | undefined;
  /** ISO 8601. */
  readonly now: string;
}

/** The image that a bake is compared with: the newest that was finished. */
export function newestImage<Image extends ExistingImage>(images: readonly Image[]): Image | undefined {
  return images
    .filter(({ state }) => state !== 'unfinished')
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0];
}

/** At least one. */
export function reasonsFor(compared: Compared): Reason[] {
  const { decision, fingerprint, images, now } = compared;
  if (decision.why === 'forced') return [{ kind: 'forced' }];
  const same = images
    .filter((image) => image.fingerprint === fingerprint)
    .toSorted((a, b) => b.generation - a.generation)[0];
  if (decision.why === 'too-old' && same !== undefined)
    return [{ kind: 'too-old', imageId: same.imageId, ageSeconds: ageSeconds(same, now) }];
  if (same !== undefined) return [{ kind: 'unusable', imageId: same.imageId, state: same.state }];
  const newest = newestImage(images);
  if (newest === undefined) return [{ kind: 'first' }];
  if (compared.previous === undefined) return [{ kind: 'unknown', imageId: newest.imageId }];
  return compareRecipes(compared.previous, compared.recipe, compared.fleet);
}

/** What is different in two recipes; empty where they have one fingerprint. */
export function compareRecipes(before: Recipe, after: Recipe, fleet: Fleet): Reason[] {
  return [
    ...sourceReasons(before, after),
    ...toolReasons(before.inputs.tools, after.inputs.tools),
    ...fileReasons(before, after, fleet),
    ...changesOf(asMap(before.inputs.artifacts), asMap(after.inputs.artifacts)).map(
      ({ key, change }): Reason => ({ kind: 'artifact', change, sha256: key }),
    ),
  ];
}

function sourceReasons({ inputs: before }: Recipe, { inputs: after }: Recipe): Reason[] {
  if (JSON.stringify(before.source) === JSON.stringify(after.source)) return [];
  if (!('ami' in after.source)) return [{ kind: 'base' }];
  return [
    { kind: 'source', from: 'ami' in before.source ? before.source.ami : 'base', to: after.source.ami },
  ];
}

function toolReasons(before: ToolVersions, after: ToolVersions): Reason[] {
  return (['bake', 'packer', 'amazonPlugin'] as const)
    .filter((tool) => before[tool] !== after[tool])
    .map((tool) => ({ kind: 'tool', tool, from: before[tool], to: after[tool] }));
}

function fileReasons(before: Recipe, after: Recipe, fleet: Fleet): Reason[] {
  const changes = fileChanges(before, after).map(({ key, change }) => ({ ...nameFile(key, fleet), change }));
  const own = changes.filter(({ of }) => of === 'bake').length;
  const isSameBake = before.inputs.tools.bake === after.inputs.tools.bake;
  const parts = [
    ...stepChanges(before, after).map(({ key, change }) => ({ name: nameStep(key), change })),
    ...changes.filter(({ of }) => of === 'fleet').map(({ name, change }) => ({ name, change })),
  ];
  return [
    ...onlyOnce(parts).map((part): Reason => ({ kind: 'part', ...part })),
    ...(own > 0 && isSameBake ? [{ kind: 'own-files', count: own } as const] : []),
    ...(isReordered(before, after) ? [{ kind: 'order' } as const] : []),
  ];
}

interface KeyChange {
  readonly key: string;
  readonly change: Change;
}

/** Steps that came or went, by name. */
function stepChanges(before: Recipe, after: Recipe): KeyChange[] {
  return changesOf(asMap(stepNames(before)), asMap(stepNames(after)));
}

/** Files of steps that both have. Where the list of steps is another one, that the HCL is too is no news. */
function fileChanges(before: Recipe, after: Recipe): KeyChange[] {
  const names = [stepNames(before), stepNames(after)];
  const isSameList = names[0]?.join() === names[1]?.join();
  const inOneOnly = new Set(stepChanges(before, after).map(({ key }) => key));
  return changesOf(contents(before), contents(after)).filter(
    ({ key }) => (isSameList || key !== IMAGE_HCL) && !inOneOnly.has(stepFile(key)?.step ?? ''),
  );
}

/** The steps that both have come one after the other in another way. */
function isReordered(before: Recipe, after: Recipe): boolean {
  const [old, young] = [stepNames(before), stepNames(after)];
  const oldOrder = old.filter((name) => young.includes(name));
  return oldOrder.join() !== young.filter((name) => old.includes(name)).join();
}

/** The steps' names in their order: their folders are numbered. */
function stepNames({ files }: Recipe): string[] {
  const folders = files.flatMap(({ path }) => /^steps\/(\d+-[^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(folders)].sort().map((folder) => folder.replace(/^\d+-/, ''));
}

/** Path without the step's number → what is there. */
function contents({ files }: Recipe): Map<string, string> {
  return new Map(
    files.map(({ path, executable, sha256 }) => [
      path.replace(/^steps\/\d+-/, 'steps/'),
      `${executable} ${sha256}`,
    ]),
  );
}

function changesOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): KeyChange[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.flatMap((key) => {
    if (before.get(key) === after.get(key)) return [];
    if (!before.has(key)) return { key, change: 'added' };
    return { key, change: after.has(key) ? 'changed' : 'removed' };
  });
}

function asMap(keys: readonly string[]): Map<string, string> {
  return new Map(keys.map((key) => [key, '']));
}

function onlyOnce<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
