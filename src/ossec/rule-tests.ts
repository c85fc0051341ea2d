/** `rules.test.yaml`: log lines, and what OSSEC must make of them. Pure. */

import { type Document, isNode, LineCounter, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import type { InputFailure } from '../failure.ts';
import { locationOf } from '../fleet/document.ts';
import type { NamedText } from '../fleet/model.ts';
import { tooMuchYaml } from '../fleet/yaml-size.ts';
import type { RuleTest } from './model.ts';

const line = z
  .string()
  .min(1, { error: 'must not be empty' })
  .refine((text) => !/[\r\n\0]/.test(text), { error: 'must be one line' });

const ruleTest = z
  .strictObject({
    name: z.string().min(1, { error: 'must not be empty' }),
    line: line.optional(),
    lines: z.array(line).min(1, { error: 'must have at least one line' }).optional(),
    rule: z.union([z.int().min(1).max(999_999), z.literal('none')], {
      error: 'must be the id of a rule, or none',
    }),
    level: z.int().min(0).max(16).optional(),
    decoder: z.string().min(1).optional(),
    notified: z.boolean().optional(),
  })
  .refine((test) => (test.line === undefined) !== (test.lines === undefined), {
    error: 'must have one of line and lines',
  });

const REMEDY = 'A test has name, line or lines, rule (an id, or none), and maybe level, decoder, notified';

const file = z.array(ruleTest, { error: 'must be a list of tests' });

export interface ReadRuleTests {
  readonly tests: readonly RuleTest[];
  readonly failures: readonly InputFailure[];
}

/** Reads a file of tests; everything that is wrong is reported, at its place. */
export function readRuleTests({ path, text }: NamedText): ReadRuleTests {
  const at = (range: readonly [number, number]) => locationOf(path, text, [range[0], range[1]]);
  const refuse = (range: readonly [number, number], problem: string): ReadRuleTests => ({
    tests: [],
    failures: [{ kind: 'input', at: at(range), problem, remedy: REMEDY }],
  });
  const much = tooMuchYaml(text);
  if (much !== undefined) return refuse(much, 'the file has too many parts');
  const counter = new LineCounter();
  // The parser compares every key with every other: minutes for a large file.
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: false });
  const failures = [...document.errors, ...document.warnings].map(
    (error): InputFailure => ({ kind: 'input', at: at(error.pos), problem: error.message }),
  );
  if (failures.length > 0) return { tests: [], failures };
  const alias = aliasIn(document);
  if (alias !== undefined) return refuse(alias, 'there are no aliases in a file of tests');
  const parsed = file.safeParse(document.toJS() ?? []);
  if (parsed.success) return { tests: parsed.data.map(toTest), failures: [] };
  return {
    tests: [],
    failures: parsed.error.issues.map((issue) => ({
      kind: 'input',
      at: at(rangeAt(issue.path)),
      problem: `${subject(issue.path.at(-1))} ${predicate(issue)}`,
      remedy: REMEDY,
    })),
  };

  /** Of the value at a path, or of what is around it where it is missing. */
  function rangeAt(issuePath: readonly PropertyKey[]): readonly [number, number] {
    for (let length = issuePath.length; length >= 0; length -= 1) {
      const node = document.getIn(issuePath.slice(0, length), true);
      if (isNode(node) && node.range) return [node.range[0], node.range[1]];
    }
    return [0, 1];
  }
}

/** What aliases stand for can be more than there is memory. */
function aliasIn(document: Document): readonly [number, number] | undefined {
  let found: readonly [number, number] | undefined;
  visit(document, {
    Alias: (_, { range }) => {
      found = [range?.[0] ?? 0, range?.[1] ?? 1];
      return visit.BREAK;
    },
  });
  return found;
}

function subject(step: PropertyKey | undefined): string {
  if (step === undefined) return 'the file';
  return typeof step === 'number' ? `test ${step + 1}` : String(step);
}

function predicate(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `has what no test has: ${issue.keys.join(', ')}`;
  if (issue.code === 'invalid_type' && !issue.message.startsWith('must'))
    return `must be a ${issue.expected}`;
  return issue.message;
}

function toTest(test: z.output<typeof ruleTest>): RuleTest {
  const { name, rule, level, decoder, notified } = test;
  return { name, lines: test.lines ?? [test.line ?? ''], rule, level, decoder, notified };
}
