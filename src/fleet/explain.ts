/** Zod's issues as a person would put them. Pure. */

import type { z } from 'zod';
import type { FleetDocument } from './document.ts';
import { sourceAt, valueAt } from './document.ts';
import { type Finding, label, mistake, type Path } from './finding.ts';
import { heard, says } from './message.ts';
import { nearest } from './nearest.ts';
import { exampleAt, keysAt } from './schema-lookup.ts';
import { keysIn } from './tree.ts';

type Issue = z.core.$ZodIssue;

/** Words for issues on which the schema itself has none; given to zod's parse as its `error`. */
export function wordIssue(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') return wordType(String(issue.expected), issue.input);
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String);
    const near = typeof issue.input === 'string' ? nearest(issue.input, allowed) : undefined;
    const predicate = `must be ${oneOf(allowed)}`;
    return near === undefined ? predicate : says(predicate, `Did you mean ${near}?`);
  }
  return undefined;
}

/** Everything that zod found, each at the place that a person would point at. */
export function explain(issues: readonly Issue[], document: FleetDocument): Finding[] {
  return issues.flatMap((issue) => explainOne(issue, issue.path.map(toStep), document));
}

function explainOne(issue: Issue, path: Path, document: FleetDocument): Finding[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], document));
    case 'invalid_union': {
      const meant = meantBranch(issue.errors);
      if (meant === undefined) return refused(path, issue.message, document);
      return meant.flatMap((inner) => explainOne(inner, [...path, ...inner.path.map(toStep)], document));
    }
    case 'invalid_key':
      return [badKey(path, issue.issues[0]?.message ?? 'is not allowed here')];
    default:
      return refused(path, issue.message, document);
  }
}

/** The branches of a union differ in their type: the one meant is the one whose type is right. */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const without = (...codes: readonly string[]) =>
    branches.find((issues) => !issues.some(({ code, path }) => codes.includes(code) && path.length === 0));
  // A mapping is no choice of words either, but only the branch of a mapping can say what is wrong in it.
  return without('invalid_type', 'invalid_value') ?? without('invalid_type');
}

function refused(path: Path, message: string, document: FleetDocument): Finding[] {
  const { predicate, remedy } = heard(message);
  const missing = valueAt(document.tree, path) === undefined;
  if (missing && isMisspelt(path, document)) return [];
  const hint = remedy ?? (missing ? exampleOf(path) : quoteIt(path, predicate, document));
  return [mistake(path, `${label(path)} ${predicate}`, hint)];
}

/** The key is there, with a typo: that is what is reported. */
function isMisspelt(path: Path, document: FleetDocument): boolean {
  const known = keysAt(path.slice(0, -1));
  const siblings = keysIn(document.tree, path.slice(0, -1)).filter((key) => !known.includes(key));
  return siblings.some((key) => nearest(key, known) === path.at(-1));
}

function badKey(path: Path, message: string): Finding {
  const { predicate, remedy } = heard(message);
  return mistake(path, `"${String(path.at(-1)).slice(0, 40)}" ${predicate}`, remedy, { mark: 'key' });
}

function unknownKey(path: Path, document: FleetDocument): Finding {
  const key = String(path.at(-1));
  if (key === '<<') {
    const remedy = 'Repeat the keys, or use an alias for a whole value';
    return mistake(path, 'YAML 1.2 has no merge keys', remedy, { mark: 'key' });
  }
  const known = keysAt(path.slice(0, -1));
  const taken = valueAt(document.tree, path.slice(0, -1));
  const free = known.filter((name) => !isRecord(taken) || !(name in taken));
  const near = nearest(key, free) ?? nearest(key, known);
  const remedy = near === undefined ? `What can stand here: ${known.join(', ')}` : `Did you mean ${near}?`;
  return mistake(path, `"${key}" is not known here`, remedy, { mark: 'key' });
}

function exampleOf(path: Path): string | undefined {
  const example = exampleAt(path);
  return example === undefined ? undefined : `Add ${label(path)}: ${example}`;
}

/** A number or a boolean where a text belongs is usually only short of its quotes. */
function quoteIt(path: Path, predicate: string, document: FleetDocument): string | undefined {
  const value = valueAt(document.tree, path);
  const isText = predicate.startsWith('must be a text');
  if (!isText || (typeof value !== 'number' && typeof value !== 'boolean')) return undefined;
  return `Write it in quotes: "${sourceAt(document, path)}"`;
}

function wordType(expected: string, input: unknown): string {
  if (input === undefined) return 'is missing';
  const wanted = NOUN[expected] ?? expected;
  if (input === null) return says('is empty', `Give it a value (${wanted}), or remove the key`);
  if (expected === 'string' && isRecord(input) && 'secret' in input) {
    return says(
      'cannot be a secret',
      'Only the env of a step takes { secret: … }; everything else ends in the image',
    );
  }
  const predicate = `must be ${wanted}, not ${nounOf(input)}`;
  if (expected === 'number' && typeof input === 'string') {
    return says(predicate, 'Write it without quotes; what comes from the environment is always a text');
  }
  if (expected === 'boolean' && typeof input === 'string') {
    const yes = /^(yes|on|y|true)$/i.test(input);
    if (yes || /^(no|off|n|false)$/i.test(input)) return says(predicate, `Write ${yes}, without quotes`);
  }
  return predicate;
}

const NOUN: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping (key: value)',
  record: 'a mapping (key: value)',
};

function nounOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isRecord(value)) return 'a mapping';
  if (typeof value === 'string') return 'a text';
  return typeof value === 'boolean' ? `the boolean ${value}` : `the number ${String(value)}`;
}

function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toStep(part: PropertyKey): string | number {
  return typeof part === 'symbol' ? String(part) : part;
}
