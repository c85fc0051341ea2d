/** The files that a fleet file names. Pure: the loader reads them. */

import { isPlainGlob, LONGEST_PATH } from './fields.ts';
import type { Path } from './finding.ts';
import type { NamedText } from './model.ts';
import { entriesAt, fieldsAt, keyListsOf, layersOf, ossecLayersOf, textAt } from './tree.ts';

/** What a reference may lead to. Of an artifact the digest is taken; it may lie anywhere. */
export type ReferenceKind = 'file' | 'file-or-folder' | 'glob' | 'artifact';

export interface Reference {
  readonly kind: ReferenceKind;
  readonly use: 'script' | 'placed' | 'keys' | 'rules' | 'rule-tests' | 'artifact';
  /** As the fleet file writes it. */
  readonly text: string;
  readonly path: Path;
}

export interface GatheredFile {
  /** Relative to the fleet file, with `/`. */
  readonly path: string;
  /** Relative to the folder that was named; empty where the file itself was. */
  readonly below: string;
  readonly executable: boolean;
  readonly content: Uint8Array;
}

/** What a reference leads to: files in the order of their paths, a digest, or why it can't be used. */
export type Gathered =
  | { readonly files: readonly GatheredFile[] }
  | { readonly sha256: string }
  | { readonly problem: string; readonly remedy?: string };

/** What was gathered, by {@link keyOf} its reference. */
export type GatheredFiles = ReadonlyMap<string, Gathered>;

/** References with the same key lead to the same files. */
export function keyOf(reference: Pick<Reference, 'kind' | 'text'>): string {
  return `${reference.kind}:${reference.text}`;
}

/** The files behind a reference; none where it can't be used. */
export function filesOf(
  gathered: GatheredFiles,
  reference: Pick<Reference, 'kind' | 'text'>,
): readonly GatheredFile[] {
  const found = gathered.get(keyOf(reference));
  return found !== undefined && 'files' in found ? found.files : [];
}

/** The file that a key names, as text; undefined where it names none, or none that can be used. */
export function namedText(gathered: GatheredFiles, name: string | undefined): NamedText | undefined {
  const file = name === undefined ? undefined : filesOf(gathered, { kind: 'file', text: name })[0];
  if (name === undefined || file === undefined) return undefined;
  return { path: name, text: new TextDecoder().decode(file.content) };
}

/** Every reference in a fleet file, whatever else is wrong with it. */
export function referencesIn(tree: unknown): Reference[] {
  const layers = layersOf(tree);
  const keys = keyListsOf(tree).flatMap((list) => entriesAt(tree, list));
  return [
    ...keys.flatMap(({ path }) => [
      ...at(tree, [...path, 'file'], 'file', 'keys'),
      ...at(tree, [...path, 'glob'], 'glob', 'keys'),
    ]),
    ...layers
      .flatMap((layer) => fieldsAt(tree, [...layer, 'files'], 'source'))
      .flatMap(({ path }) => at(tree, path, 'file-or-folder', 'placed')),
    ...layers
      .flatMap((layer) => fieldsAt(tree, [...layer, 'steps'], 'script'))
      .flatMap(({ path }) => at(tree, path, 'file', 'script')),
    ...ossecLayersOf(tree).flatMap((layer) => [
      ...at(tree, [...layer, 'local_rules'], 'file', 'rules'),
      ...at(tree, [...layer, 'rule_tests'], 'file', 'rule-tests'),
    ]),
    ...localArtifact(tree, ['base', 'ssm_agent', 'from']),
    ...localArtifact(tree, ['ossec', 'tarball']),
  ];
}

/** What is fetched from elsewhere is looked at when a bake fetches it. */
function localArtifact(tree: unknown, path: Path): Reference[] {
  return at(tree, path, 'artifact', 'artifact').filter(({ text }) => !text.includes(':'));
}

function at(tree: unknown, path: Path, kind: ReferenceKind, use: Reference['use']): Reference[] {
  const text = textAt(tree, path);
  // What has not the form of a relative path is for the schema to refuse.
  if (text === undefined || text.length > LONGEST_PATH || !/^[^/\\\n]+[^\n]*$/.test(text)) return [];
  if (kind === 'glob' && !isPlainGlob(text)) return [];
  return [{ kind, use, text, path }];
}
