/** The text of `bake.lock` → {@link Lock}. Pure. */

import { isNode, parseDocument } from 'yaml';
import { z } from 'zod';
import type { InputFailure } from '../failure.ts';
import { locationOf } from '../fleet/document.ts';
import { wordIssue } from '../fleet/explain.ts';
import type { Range } from '../fleet/finding.ts';
import { heard } from '../fleet/message.ts';
import { tooMuchYaml } from '../fleet/yaml-size.ts';
import type { Lock, RuleInfo } from './model.ts';
import { ascending } from './rule-index.ts';

/** Of the file's form; another number is another bake's. */
export const LOCK_FORM = 1;

const digest = z.string().regex(/^[0-9a-f]{64}$/, { error: 'must be 64 lower-case hexadecimal digits' });
const word = z.string().min(1, { error: 'must not be empty' });

const lockedRule = z.strictObject({
  alert: z.enum(['always', 'never']).optional(),
  conditions: z.array(word).default([]),
  description: z.string(),
  file: word,
  groups: z.array(word).default([]),
  level: z.int().min(0).max(9999),
  overwrite: z.literal(true).optional(),
  parents: z.array(z.int().min(1).max(999_999)).default([]),
});
/** A rule as the file has it: what it has not is left out. */
export type LockedRule = z.input<typeof lockedRule>;

const lockFile = z.strictObject({
  lock: z.literal(LOCK_FORM, { error: `must be ${LOCK_FORM}: another version of bake wrote this file` }),
  ossec: z.strictObject({
    builtTrees: z.record(
      z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, { error: 'is not the name of a platform' }),
      digest,
    ),
    commit: z
      .string()
      .regex(/^[0-9a-f]{40}$/, { error: 'must be 40 hexadecimal digits, or null' })
      .nullable(),
    ruleFiles: z.array(word),
    rules: z.record(z.string().regex(/^[1-9]\d{0,5}$/, { error: 'is not the id of a rule' }), lockedRule),
    sha256: digest,
    standIn: z.boolean(),
    version: word,
  }),
  tools: z.strictObject({ amazonPlugin: word, packer: word }),
});

const REMEDY = 'Run `bake ossec freeze` again: it writes this file, and nobody else should';

/** Nobody needs more of a file that is written anew. */
const MOST = 10;

/** Reads a lock. `file` is its path as messages name it. */
export function parseLock(
  file: string,
  text: string,
): { readonly lock: Lock } | { readonly failures: readonly InputFailure[] } {
  const json = parseJson(file, text);
  if ('failure' in json) return { failures: [json.failure] };
  const parsed = lockFile.safeParse(json.value, { error: wordIssue });
  if (parsed.success) return { lock: toLock(parsed.data) };
  const failures = parsed.error.issues.slice(0, MOST).map((issue): InputFailure => {
    const path = issue.path.map(String);
    const name = path.length === 0 ? 'the lock' : path.join('.');
    return failure(file, text, placeOf(text, path), `${name.slice(0, 100)} ${predicateOf(issue)}`);
  });
  return { failures };
}

function parseJson(
  file: string,
  text: string,
): { readonly value: unknown } | { readonly failure: InputFailure } {
  const conflict = /^(?:<{7}|={7}|>{7})(?: |$)/m.exec(text);
  if (conflict !== null) {
    const range: Range = [conflict.index, conflict.index + 7];
    return { failure: failure(file, text, range, 'this is what git leaves of a merge with conflicts') };
  }
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { failure: failure(file, text, errorPlace(text, String(error)), 'this is not JSON') };
  }
}

/** V8 names the place only of some mistakes; a YAML parser, which reads JSON too, knows that of others. */
function errorPlace(text: string, message: string): Range {
  const position = /at position (\d+)/.exec(message)?.[1] ?? yamlOf(text)?.errors[0]?.pos[0] ?? 0;
  const start = Math.min(Number(position), Math.max(0, text.trimEnd().length - 1));
  return [start, start + 1];
}

/** For places only; undefined where it is more than the parser should be given, and then there are none. */
function yamlOf(text: string) {
  return tooMuchYaml(text) === undefined ? parseDocument(text, { uniqueKeys: false }) : undefined;
}

/** Where the value at a path is written, or the innermost one around it. */
function placeOf(text: string, path: readonly string[]): Range {
  const document = yamlOf(text);
  if (document === undefined) return [0, 1];
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return [node.range[0], node.range[1]];
  }
  return [0, 1];
}

function predicateOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `has an unknown key ${issue.keys.join(', ').slice(0, 100)}`;
  const said = issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message;
  return heard(said ?? 'is not allowed here').predicate;
}

function failure(file: string, text: string, range: Range, problem: string): InputFailure {
  return { kind: 'input', at: locationOf(file, text, range), problem, remedy: REMEDY };
}

function toLock({ ossec, tools }: z.infer<typeof lockFile>): Lock {
  return {
    ossec: {
      sha256: ossec.sha256,
      version: ossec.version,
      commit: ossec.commit ?? undefined,
      standIn: ossec.standIn,
      ruleFiles: ossec.ruleFiles,
      rules: ascending(
        new Map(Object.entries(ossec.rules).map(([id, rule]) => [Number(id), toRule(id, rule)])),
      ),
      builtTrees: new Map(Object.entries(ossec.builtTrees)),
    },
    tools,
  };
}

function toRule(id: string, { alert, overwrite, ...rule }: z.output<typeof lockedRule>): RuleInfo {
  return { id: Number(id), ...rule, alert: alert ?? 'by-level', overwrite: overwrite ?? false };
}
