/** YAML's nodes as plain data with places; values from the environment are filled in here. Pure. */

import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Place } from './document.ts';
import { type Finding, label, mistake, type Path, type Range } from './finding.ts';
import { type Environment, interpolate, mentionsEnvironment } from './interpolate.ts';
import { nearest } from './nearest.ts';

export interface Converted {
  readonly tree: unknown;
  readonly root: Place;
  readonly findings: readonly Finding[];
  readonly broken: readonly Path[];
}

interface State {
  readonly source: string;
  readonly environment: Environment;
  readonly findings: Finding[];
  readonly broken: Path[];
  readonly anchors: Map<string, Node>;
  /** The nodes around the one at hand: an alias to one of them would never end. */
  readonly around: Set<Node>;
  /** More than 0 inside of what an alias stands for. */
  aliasDepth: number;
  /** Nodes that aliases have stood for so far. */
  copies: number;
  isTooLarge: boolean;
}

interface Value {
  readonly value: unknown;
  readonly place: Place;
}

const DEEPEST = 32;
/** Far above what a fleet needs, far below what fills a memory. */
const MOST_COPIES = 20_000;
/** Of one list or mapping. Mistakes in all of them would be more than a call takes arguments. */
const MOST_ENTRIES = 20_000;

/** Turns the root node of a parsed document into data. Every mistake that this meets is in `findings`. */
export function convert(contents: Node, source: string, environment: Environment): Converted {
  const state: State = {
    source,
    environment,
    findings: [],
    broken: [],
    anchors: new Map(),
    around: new Set(),
    aliasDepth: 0,
    copies: 0,
    isTooLarge: false,
  };
  const { value, place } = convertNode(contents, undefined, [], state);
  return { tree: value, root: place, findings: state.findings, broken: state.broken };
}

function convertNode(node: Node | null, key: Range | undefined, path: Path, state: State): Value {
  const range = rangeOf(node, key);
  const nothing = (value: unknown): Value => ({ value, place: leaf(range, key) });
  if (node === null) return nothing(null);
  if (path.length > DEEPEST)
    return broken(nothing(undefined), mistake(path, 'this is nested too deeply'), state);
  if (isAlias(node)) return convertAlias(node, key, path, state);
  keepAnchor(node, range, path, state);
  if (isMap(node) || isSeq(node)) return convertCollection(node, key, path, state);
  const value = isScalar(node) ? node.value : undefined;
  return typeof value === 'string' ? convertText(value, range, key, path, state) : nothing(value);
}

function convertCollection(node: YAMLMap | YAMLSeq, key: Range | undefined, path: Path, state: State): Value {
  const children = new Map<string | number, Place>();
  const place: Place = { range: rangeOf(node, key), key, block: node.flow !== true, variables: [], children };
  if (node.items.length > MOST_ENTRIES) {
    const remedy = `Nothing has more than ${MOST_ENTRIES}: is this the right file?`;
    return broken(
      { value: undefined, place },
      mistake(path, `${label(path)} has too many entries`, remedy),
      state,
    );
  }
  state.around.add(node);
  const value = isMap(node)
    ? convertMap(node, children, path, state)
    : convertList(node, children, path, state);
  state.around.delete(node);
  return { value, place };
}

function convertList(node: YAMLSeq, children: Map<string | number, Place>, path: Path, state: State) {
  return node.items.map((item, index) => {
    const entry = convertNode(isNode(item) ? item : null, undefined, [...path, index], state);
    children.set(index, entry.place);
    return entry.value;
  });
}

function convertMap(node: YAMLMap, children: Map<string | number, Place>, path: Path, state: State) {
  const value: Record<string, unknown> = Object.create(null);
  for (const pair of node.items) {
    const name = keyOf(pair, path, state);
    if (name === undefined) continue;
    const key = rangeOf(isNode(pair.key) ? pair.key : null, undefined);
    if (children.has(name)) {
      state.findings.push(repeated(name, key, children.get(name), path, state));
      continue;
    }
    const entry = convertNode(isNode(pair.value) ? pair.value : null, key, [...path, name], state);
    children.set(name, entry.place);
    value[name] = entry.value;
  }
  return value;
}

/** A key's text, or undefined where it can't be one (the parser has said so, or it is said here). */
function keyOf(pair: Pair, path: Path, state: State): string | undefined {
  if (!isScalar(pair.key)) return undefined;
  const name = String(pair.key.value);
  const range = rangeOf(pair.key, undefined);
  if (name === '__proto__' || hasUnprintable(name)) {
    state.findings.push(mistake([...path, name], 'this cannot be a key', undefined, { range }));
    return undefined;
  }
  if (mentionsEnvironment(name)) {
    const remedy = 'Only values come from the environment: write the key itself';
    state.findings.push(
      mistake([...path, name], 'a key cannot come from the environment', remedy, { range }),
    );
    return undefined;
  }
  return name;
}

function repeated(name: string, range: Range, first: Place | undefined, path: Path, state: State): Finding {
  const line = state.source.slice(0, first?.key?.[0] ?? 0).split('\n').length;
  const problem = `"${name}" is written twice in ${path.length === 0 ? 'the file' : label(path)}`;
  return mistake([...path, name], problem, `The first one is in line ${line}: remove one of them`, { range });
}

function convertText(text: string, range: Range, key: Range | undefined, path: Path, state: State): Value {
  // The secret itself is never read: only which variable holds it.
  if (isSecret(path)) return { value: text, place: leaf(range, key) };
  const { text: value, variables, problems } = interpolate(text, state.environment);
  const place = { ...leaf(range, key), variables };
  for (const { part, problem, remedy } of problems) {
    broken({ value, place }, mistake(path, problem, remedy, { range: partOf(part, range, state) }), state);
  }
  if (value.includes('\0') || !value.isWellFormed()) {
    const problem = `${label(path)} has a character that no program on the machine could be given`;
    broken({ value, place }, mistake(path, problem, 'Remove the NUL or half character'), state);
  }
  return { value, place };
}

function convertAlias(node: Alias, key: Range | undefined, path: Path, state: State): Value {
  const range = rangeOf(node, key);
  const nothing = { value: undefined, place: leaf(range, key) };
  const target = state.anchors.get(node.source);
  if (target === undefined) {
    const near = nearest(node.source, [...state.anchors.keys()]);
    const remedy =
      near === undefined ? `Mark the value with &${node.source} further up` : `Did you mean *${near}?`;
    return broken(nothing, mistake(path, `the alias *${node.source} leads to nowhere`, remedy), state);
  }
  if (state.around.has(target)) {
    return broken(
      nothing,
      mistake(path, `the alias *${node.source} stands for itself`, 'Write the value out'),
      state,
    );
  }
  if (state.copies > MOST_COPIES) return tooLarge(nothing, path, state);
  state.aliasDepth += 1;
  const { value, place } = convertNode(target, key, path, state);
  state.aliasDepth -= 1;
  return { value, place: { ...place, range, block: false } };
}

/** Said once: everything after it would say the same. */
function tooLarge(nothing: Value, path: Path, state: State): Value {
  state.broken.push(path);
  if (!state.isTooLarge) {
    const remedy = 'Use fewer aliases of aliases';
    state.findings.push(
      mistake(path, 'aliases make the file too large', remedy, { range: nothing.place.range }),
    );
  }
  state.isTooLarge = true;
  return nothing;
}

/** Remembers what an anchor marks, and counts what is converted once more for an alias. */
function keepAnchor(node: Node, range: Range, path: Path, state: State): void {
  if (state.aliasDepth > 0) {
    state.copies += 1;
    return;
  }
  const anchor = 'anchor' in node && typeof node.anchor === 'string' ? node.anchor : undefined;
  if (anchor === undefined) return;
  if (state.anchors.has(anchor)) {
    state.findings.push(
      mistake(path, `the anchor &${anchor} is used twice`, 'Give them different names', { range }),
    );
  }
  state.anchors.set(anchor, node);
}

function broken(value: Value, finding: Finding, state: State): Value {
  state.findings.push(finding);
  state.broken.push(finding.path);
  return value;
}

function leaf(range: Range, key: Range | undefined): Place {
  return { range, key, block: false, variables: [], children: new Map() };
}

/** Where a part of a text is written, or all of it where escapes hide the part. */
function partOf(part: string, range: Range, state: State): Range {
  const at = state.source.slice(...range).indexOf(part);
  return at < 0 ? range : [range[0] + at, range[0] + at + part.length];
}

/** `steps[N].env.NAME.secret` in base or a role, and a hook's URL that goes into the image. */
function isSecret(path: Path): boolean {
  if (path.at(-1) === 'bake_into_image') return path.includes('ossec');
  return path.at(-1) === 'secret' && path.at(-3) === 'env' && path.at(-5) === 'steps';
}

function rangeOf(node: Node | null, otherwise: Range | undefined): Range {
  const range = node?.range;
  if (range !== undefined && range !== null) return [range[0], range[1]];
  const end = otherwise?.[1] ?? 0;
  return [end, end];
}

function hasUnprintable(text: string): boolean {
  return /\p{Cc}/u.test(text) || !text.isWellFormed();
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);
}
