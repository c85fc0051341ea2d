/**
 * Looking into a fleet file that may have mistakes: every rule works on what can be read, so that
 * one mistake hides no other. Pure.
 */

import { valueAt } from './document.ts';
import type { Path } from './finding.ts';

/** A value and where it is. */
export interface Entry<T> {
  readonly path: Path;
  readonly value: T;
}

/** The entries of the list at a path; none where there is no list. */
export function entriesAt(tree: unknown, path: Path): Entry<unknown>[] {
  const list = valueAt(tree, path);
  if (!Array.isArray(list)) return [];
  return list.map((value: unknown, index) => ({ path: [...path, index], value }));
}

/** The text at a path; undefined where there is something else. */
export function textAt(tree: unknown, path: Path): string | undefined {
  const value = valueAt(tree, path);
  return typeof value === 'string' ? value : undefined;
}

/** The texts among the entries of the list at a path. */
export function textsAt(tree: unknown, path: Path): Entry<string>[] {
  return entriesAt(tree, path).flatMap(({ path: at, value }) =>
    typeof value === 'string' ? [{ path: at, value }] : [],
  );
}

/** A text field of every mapping in the list at a path. */
export function fieldsAt(tree: unknown, list: Path, field: string): Entry<string>[] {
  return entriesAt(tree, list).flatMap(({ path }) => {
    const value = textAt(tree, [...path, field]);
    return value === undefined ? [] : [{ path: [...path, field], value }];
  });
}

/** The keys of the mapping at a path. */
export function keysIn(tree: unknown, path: Path): string[] {
  const value = valueAt(tree, path);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

/** The entries that are the same as an earlier one. */
export function repeated<T>(entries: readonly Entry<T>[], same: (value: T) => unknown): Entry<T>[] {
  const seen = new Set<unknown>();
  return entries.filter(({ value }) => {
    const known = seen.has(same(value));
    seen.add(same(value));
    return known;
  });
}

/** The paths of all roles. */
export function rolesOf(tree: unknown): Path[] {
  return keysIn(tree, ['roles']).map((role) => ['roles', role]);
}

/** The paths of base and all roles. */
export function layersOf(tree: unknown): Path[] {
  return [['base'], ...rolesOf(tree)];
}

/** The paths of the fleet's OSSEC settings and of what each role adds to them. */
export function ossecLayersOf(tree: unknown): Path[] {
  return [['ossec'], ...rolesOf(tree).map((role) => [...role, 'ossec'])];
}

/** The ids and names in a layer's list of alert rules, each where it is written. */
export function alertEntries(tree: unknown, layer: Path): Entry<string | number>[] {
  return entriesAt(tree, [...layer, 'alert_rules_list']).flatMap(({ path, value }) => {
    const isObject = typeof value === 'object' && value !== null;
    const at = isObject ? [...path, 'rule_id'] : path;
    const rule = isObject ? valueAt(tree, at) : value;
    return typeof rule === 'number' || typeof rule === 'string' ? [{ path: at, value: rule }] : [];
  });
}

/** Every list of authorized keys. */
export function keyListsOf(tree: unknown): Path[] {
  const users = layersOf(tree).flatMap((layer) => entriesAt(tree, [...layer, 'users']));
  return [['base', 'authorized_keys'], ...users.map(({ path }) => [...path, 'authorized_keys'])];
}

/** Every text in the tree. */
export function* allTexts(value: unknown, path: Path = []): Generator<Entry<string>> {
  if (typeof value === 'string') yield { path, value };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    yield* allTexts(inner, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}
