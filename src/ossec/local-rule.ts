/** What is wrong with one rule of the user's, with the rules that come before it. Pure. */

import type { Range } from '../fleet/finding.ts';
import type { Context } from './local-context.ts';
import { checkOverwrite } from './local-overwrite.ts';
import { checkTexts } from './local-texts.ts';
import { suggestRules } from './nearest-rules.ts';
import { OWN_RULE_IDS } from './own-rule-ids.ts';
import { doubtful, type RuleFinding, refused } from './rule-finding.ts';
import { elementsOf } from './rule-info.ts';
import { FIRST_USER_ID } from './rule-words.ts';
import type { Rule } from './rules-xml.ts';
import type { XmlElement } from './xml-model.ts';

export function checkRule(context: Context, rule: Rule): RuleFinding[] {
  return [
    ...checkId(context, rule),
    ...checkLevel(rule),
    ...(rule.info.overwrite ? checkOverwrite(context, rule) : checkPlace(context, rule)),
    ...checkTexts(rule),
  ];
}

function checkId({ rules, places }: Context, { info: { id, overwrite }, element }: Rule): RuleFinding[] {
  const at = attributeRange(element, 'id');
  const digits = element.attributes.find(({ name }) => name.toLowerCase() === 'id')?.value ?? '';
  if (digits.length > 6 || id === 0)
    return [
      refused(
        at,
        'an id has at most six digits, and OSSEC forgets the rest',
        'Choose one from 100000 to 999999',
      ),
    ];
  if (id >= OWN_RULE_IDS.first && id <= OWN_RULE_IDS.last)
    return [
      refused(
        at,
        `ids ${OWN_RULE_IDS.first} to ${OWN_RULE_IDS.last} are for bake's own rules`,
        'Choose another id',
      ),
    ];
  if (overwrite) return [];
  const known = rules.get(id);
  if (known !== undefined) {
    const problem = `the rule ${id} exists already, in ${places.get(id) ?? known.file}`;
    return [refused(at, problem, 'Choose another id, or add overwrite="yes" to change that rule')];
  }
  if (id >= FIRST_USER_ID) return [];
  const problem = `the id ${id} is below ${FIRST_USER_ID}, where OSSEC's own rules are`;
  return [
    refused(at, problem, 'Choose one from 100000 on, or add overwrite="yes" to change a rule of OSSEC'),
  ];
}

function checkLevel({ info: { level }, element }: Rule): RuleFinding[] {
  if (level <= 16) return [];
  return [refused(attributeRange(element, 'level'), 'a level is at most 16', 'Write a level from 0 to 16')];
}

/** Where the rule hangs: on rules and groups that must be there before it. */
function checkPlace(context: Context, { element }: Rule): RuleFinding[] {
  const parents = ['if_sid', 'if_matched_sid'].flatMap((name) => elementsOf(element, name));
  return [
    ...parents.flatMap((parent) => checkParent(context, parent)),
    ...checkList(element),
    ...onlyOnePlace(element),
    ...['if_group', 'if_matched_group'].flatMap((name) =>
      elementsOf(element, name).flatMap((group) => checkGroup(context, group)),
    ),
  ];
}

function checkParent({ rules, isWhole, later }: Context, { text, inside }: XmlElement): RuleFinding[] {
  const ids = (text.match(/\d+/g) ?? []).map(Number);
  const missing = ids.find((id) => !rules.has(id) && (isWhole || id >= FIRST_USER_ID));
  if (missing === undefined) return [];
  if (later.has(missing))
    return [
      refused(
        inside,
        `the rule ${missing} comes later, and OSSEC does not look ahead`,
        'Put it before this one',
      ),
    ];
  return [refused(inside, `there is no rule ${missing}`, suggestRules(missing, rules))];
}

/** Two lists become one text, and what ends with a separator hangs from the root: it then sees every event. */
function checkList(rule: XmlElement): RuleFinding[] {
  const lists = elementsOf(rule, 'if_sid');
  const [list, second] = lists;
  if (list === undefined) return [];
  const remedy = 'Write one <if_sid> with ids and commas: 5710, 5716';
  if (second !== undefined)
    return [
      refused(second.range, 'OSSEC joins several <if_sid> to one text, with nothing between them', remedy),
    ];
  if (/^\d+([, ]+\d+)*$/.test(list.text)) return [];
  const problem = 'OSSEC takes only digits, commas and blanks here, and a digit at either end';
  return [refused(list.inside, problem, remedy)];
}

function onlyOnePlace(rule: XmlElement): RuleFinding[] {
  const [used, ...ignored] = (['if_sid', 'if_level', 'if_group'] as const).flatMap((name) =>
    elementsOf(rule, name).slice(0, 1),
  );
  return ignored.map(({ name, range }) =>
    doubtful(range, `OSSEC ignores <${name}> beside <${used?.name}>`, 'Keep one of the two'),
  );
}

/** A group is a pattern: alternatives, each a part of the names of a rule's groups. */
function checkGroup({ rules, isWhole }: Context, { text, inside }: XmlElement): RuleFinding[] {
  if (!isWhole) return [];
  const known = [...rules.values()].map(({ groups }) => groups.join(',').toLowerCase());
  const wanted = text
    .toLowerCase()
    .split('|')
    .map((part) => part.replace(/^\^|\$$/g, ''));
  if (known.some((groups) => wanted.some((part) => groups.includes(part)))) return [];
  return [
    refused(
      inside,
      `no rule before this one is in the group ${JSON.stringify(text)}`,
      'Is it misspelt, or does it come later?',
    ),
  ];
}

export function attributeRange({ attributes, range }: XmlElement, name: string): Range {
  return attributes.find((attribute) => attribute.name.toLowerCase() === name)?.range ?? range;
}
