/**
 * Every folder in `test/cases/local-rules` has base's rules, perhaps a role's, and what bake prints for them
 * on top of the rules in `test/support/rules.ts`.
 * After a change that is meant: `UPDATE_EXPECTED=1 node --test test/ossec/local-rules.test.ts`, and read the diff.
 */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { NamedText } from '../../src/fleet/model.ts';
import { checkLocalRules, type LocalRules } from '../../src/ossec/local-rules.ts';
import type { RuleIndex } from '../../src/ossec/model.ts';
import { formatInputFailure } from '../../src/report/input-failure.ts';
import { RULES } from '../support/rules.ts';

const CASES = join(import.meta.dirname, '../cases/local-rules');

describe('rules of users', () => {
  for (const name of readdirSync(CASES)) {
    test(`${name} prints what is expected`, () => {
      const folder = join(CASES, name);
      const printed = outcomeOf(checkLocalRules(filesIn(folder), RULES));
      const expected = join(folder, 'expected.txt');
      if (process.env.UPDATE_EXPECTED !== undefined) writeFileSync(expected, printed);
      assert.equal(printed, existsSync(expected) ? readFileSync(expected, 'utf8') : 'no expected.txt');
    });
  }
});

function filesIn(folder: string): NamedText[] {
  return ['base.xml', 'role.xml']
    .filter((path) => existsSync(join(folder, path)))
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
}

function outcomeOf({ rules, failures, warnings }: LocalRules): string {
  const lines = [
    ...failures.flatMap((one) => formatInputFailure(one)),
    ...warnings.flatMap((one) => formatInputFailure(one, 'warning')),
  ];
  return `${lines.length === 0 ? `${rules.size} rules` : lines.join('\n')}\n`;
}

function check(text: string, known: RuleIndex | undefined): string[] {
  return checkLocalRules([{ path: 'local.xml', text }], known).failures.map(({ problem }) => problem);
}

test("without OSSEC's own rules, only what needs them is not judged", () => {
  const rule = (content: string, id = '100001') =>
    `<group name="a,"><rule id="${id}" level="5"${Number(id) < 100_000 ? ' overwrite="yes"' : ''}>${content}<description>d</description></rule></group>`;
  for (const [content, id] of [
    ['<if_sid>4711</if_sid>'],
    ['<if_group>nothing</if_group>'],
    ['<match>a</match>', '4711'],
  ] as const) {
    assert.deepEqual(check(rule(content, id), undefined), []);
    assert.notDeepEqual(check(rule(content, id), RULES), []);
  }
  assert.notDeepEqual(check(rule('<if_sid>100002</if_sid>'), undefined), []);
  assert.notDeepEqual(check(rule('<pcre2>a</pcre2>', '4711'), undefined), []);
});

test('the rules of users come on top of the known ones, and change them', () => {
  const { rules } = checkLocalRules(filesIn(join(CASES, 'fine')), RULES);
  assert.equal(rules.get(720)?.level, 6);
  assert.equal(rules.get(720)?.file, 'base.xml');
  assert.deepEqual(rules.get(720)?.parents, [700]);
  assert.equal(rules.get(100_100)?.file, 'role.xml');
  assert.deepEqual(rules.get(712), RULES.get(712));
});

test('whatever a file has, every finding is one sentence at a place in it', () => {
  const piece = fc.constantFrom(
    '<group name="a">',
    '</group>',
    '<rule id="100001" level="5">',
    '<rule id="710" level="$V" overwrite="yes">',
    '<rule noalert="">',
    '</rule>',
    '<if_sid>710, 100001,</if_sid>',
    '<if_matched_group>^x|door$</if_matched_group>',
    '<group>b</group>',
    '<match>\n&lt;$V$)</match>',
    '<options>\n</options>',
    '<var name="V">9</var>',
    '<same_id/>',
    '\n',
    'é😀',
    '<',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const text = pieces.join('');
      const { failures, warnings } = checkLocalRules([{ path: 'local.xml', text }], RULES);
      for (const { at, problem } of [...failures, ...warnings]) {
        assert.ok(at !== undefined && at.column <= at.text.length + 1, problem);
        assert.ok(!problem.includes('\n') && !problem.endsWith('.'), problem);
      }
    }),
    { numRuns: 500 },
  );
});
