/** A fleet file as plain data that remembers where everything is written. Pure. */

import type { SourceLocation } from '../failure.ts';
import type { Finding, Path, Range } from './finding.ts';

/** Where one value is written. */
export interface Place {
  readonly range: Range;
  /** Of the key that it belongs to; entries of lists have none. */
  readonly key: Range | undefined;
  /** A mapping or list over several lines: its key stands for it. */
  readonly block: boolean;
  /** Environment variables that are part of the text. */
  readonly variables: readonly string[];
  readonly children: ReadonlyMap<string | number, Place>;
}

export interface FleetDocument {
  /** The file's path as the user gave it. */
  readonly file: string;
  readonly text: string;
  /** Plain data: null, booleans, numbers, strings, arrays, objects without prototype. */
  readonly tree: unknown;
  readonly root: Place;
  /** Values that could not be read: nothing more is said about them. */
  readonly broken: readonly Path[];
}

/** The value at a path; undefined where there is none. */
export function valueAt(tree: unknown, path: Path): unknown {
  let value = tree;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

/** What the file has at a path, as it is written. */
export function sourceAt(document: FleetDocument, path: Path): string {
  const { place } = placeAt(document, path);
  return document.text.slice(...place.range);
}

/** Environment variables that the text at a path is made of. */
export function variablesAt(document: FleetDocument, path: Path): readonly string[] {
  const { place, missing } = placeAt(document, path);
  return missing ? [] : place.variables;
}

/** Where a person should look for what was found. */
export function rangeOf(document: FleetDocument, { path, mark, range }: Finding): Range {
  if (range !== undefined) return range;
  const { place, missing } = placeAt(document, path);
  const isEmpty = place.range[0] === place.range[1];
  if (mark === 'key' || missing || place.block || isEmpty) return place.key ?? firstKey(place) ?? place.range;
  return place.range;
}

/** The place of a range: what lies behind the end of its first line is left out. */
export function locationOf(file: string, source: string, [start, end]: Range): SourceLocation {
  // lastIndexOf takes -1 for 0, and would find a line end that comes first in the file.
  const lineStart = start === 0 ? 0 : source.lastIndexOf('\n', start - 1) + 1;
  const nextLine = source.indexOf('\n', start);
  const text = source.slice(lineStart, nextLine < 0 ? undefined : nextLine).replace(/\r$/, '');
  const marked = source.slice(start, Math.min(end, lineStart + text.length)).trimEnd();
  return {
    file,
    line: source.slice(0, lineStart).split('\n').length,
    column: start - lineStart + 1,
    text,
    length: Math.max(1, marked.length),
  };
}

function firstKey(place: Place): Range | undefined {
  return place.block ? [...place.children.values()][0]?.key : undefined;
}

/** The place at a path, or the innermost one around what is missing. */
function placeAt(document: FleetDocument, path: Path): { place: Place; missing: boolean } {
  let place = document.root;
  for (const step of path) {
    const child = place.children.get(step);
    if (child === undefined) return { place, missing: true };
    place = child;
  }
  return { place, missing: false };
}
