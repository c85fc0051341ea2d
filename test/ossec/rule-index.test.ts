/** Files of rules → the rules that analysisd would have. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RuleInfo } from '../../src/ossec/model.ts';
import { becomesAlert, indexRules, neverAlerts } from '../../src/ossec/rule-index.ts';
import { RULE_FILES, RULES } from '../support/rules.ts';

function index(...groups: readonly string[]) {
  return indexRules(new Map(groups.map((group, number) => [`${number}.xml`, group])));
}

function problems(...groups: readonly string[]): string[] {
  return index(...groups).failures.map(({ at, problem }) => `${at?.file}:${at?.line} ${problem}`);
}

describe('what is known of a rule', () => {
  test('all of it, for rules with every kind of condition', () => {
    assert.deepEqual(indexRules(RULE_FILES).failures, []);
    assert.deepEqual([...RULES.keys()], [1, 700, 710, 712, 720, 721]);
    assert.deepEqual(RULES.get(712), {
      id: 712,
      level: 10,
      description: 'Many unknown badges at one door.',
      file: 'door_rules.xml',
      parents: [710],
      groups: ['syslog', 'door', 'many_badges'],
      alert: 'by-level',
      conditions: ['frequency', 'if_matched_sid', 'same_location', 'timeframe'],
      overwrite: false,
    });
    assert.deepEqual(RULES.get(721)?.parents, [710, 720]);
  });

  test('levels and ids from variables, whatever the case of names', () => {
    const { rules, failures } = index(
      '<var name="HOT">12</var><GROUP Name="a,"><Rule ID="100001" Level="$hot"><Description>d</Description></Rule></GROUP>',
    );
    assert.deepEqual(failures, []);
    assert.equal(rules.get(100001)?.level, 12);
    assert.equal(rules.get(100001)?.description, 'd');
  });

  test('a description over several lines is one line', () => {
    const { rules } = index(
      '<group name="a,"><rule id="5" level="1"><description>One\n   two,\n</description><description>three.</description></rule></group>',
    );
    assert.equal(rules.get(5)?.description, 'One two, three.');
  });

  test('a group without a comma at its end runs into the next one, as in OSSEC', () => {
    const { rules } = index('<group name="a"><rule id="5" level="1"><group>b,</group></rule></group>');
    assert.deepEqual(rules.get(5)?.groups, ['ab']);
  });

  test('the last option on the log counts, and noalert above all', () => {
    const modes = [
      ['', '<options>no_log</options>', 'never'],
      ['', '<options>no_log</options><options>log_alert</options>', 'always'],
      ['', '<options>log_alert</options><options>no_log</options>', 'never'],
      ['', '<options>alert_by_email</options>', 'by-level'],
      ['noalert="1"', '<options>log_alert</options>', 'never'],
      ['noalert="0"', '<match>a</match>', 'never'],
    ] as const;
    for (const [attribute, content, mode] of modes) {
      const { rules } = index(
        `<group name="a,"><rule id="5" level="1" ${attribute}>${content}</rule></group>`,
      );
      assert.equal(rules.get(5)?.alert, mode, `${attribute} ${content}`);
    }
  });
});

describe('several files', () => {
  const parent = '<group name="a,"><rule id="700" level="0"><match>a</match></rule></group>';

  test('an overwrite changes all but the place', () => {
    const child =
      '<group name="b,"><rule id="710" level="3"><if_sid>700</if_sid><pcre2>x</pcre2></rule></group>';
    const overwrite =
      '<group name="c,"><rule id="710" level="9" overwrite="yes"><match>y</match><description>d</description></rule></group>';
    const { rules, failures } = index(parent, child, overwrite);
    assert.deepEqual(failures, []);
    assert.deepEqual(rules.get(710), {
      id: 710,
      level: 9,
      description: 'd',
      file: '2.xml',
      parents: [700],
      groups: ['c'],
      alert: 'by-level',
      conditions: ['match'],
      overwrite: true,
    });
  });

  test('what analysisd would not start with is refused at its place', () => {
    const twice = '<group name="a,">\n<rule id="700" level="1"><match>b</match></rule></group>';
    assert.deepEqual(problems(parent, twice), ['1.xml:2 the rule 700 is in 0.xml already']);
    const orphan = '<group name="a,">\n\n<rule id="710" level="1"><if_sid>700</if_sid></rule></group>';
    assert.deepEqual(problems(orphan, parent), ['0.xml:3 no rule before this one has the id 700']);
    const nothing =
      '<group name="a,"><rule id="710" level="1" overwrite="yes"><match>a</match></rule></group>';
    assert.deepEqual(problems(nothing), ['0.xml:1 there is no rule 710 to overwrite']);
    assert.deepEqual(problems('<group name="a,">'), ['0.xml:1 <group> is never closed']);
  });
});

describe('whether a rule becomes an alert', () => {
  const rule = (level: number, alert: RuleInfo['alert'] = 'by-level'): RuleInfo => ({
    id: 5,
    level,
    alert,
    description: '',
    file: 'a.xml',
    parents: [],
    groups: [],
    conditions: [],
    overwrite: false,
  });

  test('by its level, unless the rule says otherwise; level 0 never', () => {
    const table: readonly (readonly [RuleInfo, boolean, RegExp?])[] = [
      [rule(3), true],
      [rule(2), false, /its level 2 is below alert_level 3/],
      [rule(2, 'always'), true],
      [rule(15, 'never'), false, /noalert or no_log/],
      [rule(0), false, /its level is 0/],
      [rule(0, 'always'), false, /its level is 0/],
    ];
    for (const [info, alerts, reason] of table) {
      assert.equal(becomesAlert(info, 3), alerts);
      const never = neverAlerts(info, 3);
      if (reason === undefined) assert.equal(never, undefined);
      else assert.match(never?.problem ?? '', reason);
    }
  });
});
