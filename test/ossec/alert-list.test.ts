/** Entries of `alert_rules_list` that can never post. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertProblem } from '../../src/ossec/alert-list.ts';
import type { RuleInfo } from '../../src/ossec/model.ts';
import { RULES } from '../support/rules.ts';

const WHOLE = { rules: RULES, isWhole: true };
const PART = { rules: RULES, isWhole: false };

function withLevels(levels: Readonly<Record<number, number>>): ReadonlyMap<number, RuleInfo> {
  const [rule] = RULES.values();
  assert.ok(rule !== undefined);
  return new Map(
    Object.entries(levels).map(([id, level]) => [
      Number(id),
      { ...rule, id: Number(id), level, alert: 'by-level' },
    ]),
  );
}

test('an id that no rule has, with the nearest ones', () => {
  assert.deepEqual(alertProblem(701, WHOLE, 3), {
    problem: 'no rule has the id 701',
    remedy:
      'Did you mean 710 (An unknown badge at the door), 700 (Messages of the door) or 721 (The door was opened at night)?',
  });
  assert.equal(alertProblem(712, WHOLE, 3), undefined);
});

test('a rule that never becomes an alert', () => {
  assert.match(alertProblem(720, WHOLE, 4)?.problem ?? '', /its level 3 is below alert_level 4/);
  assert.match(alertProblem(721, WHOLE, 3)?.problem ?? '', /noalert or no_log/);
});

test('a name is of use as long as one of its rules alerts', () => {
  const rules = { rules: withLevels({ 550: 7, 554: 5 }), isWhole: true };
  assert.equal(alertProblem('integrity', rules, 7), undefined);
  assert.match(alertProblem('integrity', rules, 8)?.problem ?? '', /^no rule of integrity alerts: rule 550/);
  assert.match(
    alertProblem('rootcheck', rules, 3)?.problem ?? '',
    /no rule of this OSSEC is meant by rootcheck/,
  );
});

test("what may be one of OSSEC's own is not judged where these are not known", () => {
  assert.equal(alertProblem(4711, PART, 3), undefined);
  assert.equal(alertProblem('rootcheck', PART, 3), undefined);
  assert.notEqual(alertProblem(100_001, PART, 3), undefined);
  assert.notEqual(alertProblem(720, PART, 4), undefined);
});
