/** What OSSEC refuses in one `<rule>`, whatever other rules there are. Pure. */

import { nearest } from '../fleet/nearest.ts';
import { type RuleFinding, refused } from './rule-finding.ts';
import { attributeOf, elementsOf } from './rule-info.ts';
import {
  CATEGORIES,
  COMPARISONS,
  EARLIER_EVENTS,
  EXACT_ELEMENTS,
  LONGEST_CONDITION,
  NUMERIC_ATTRIBUTES,
  OPTIONS,
  RULE_ATTRIBUTES,
  RULE_ELEMENTS,
} from './rule-words.ts';
import type { XmlAttribute, XmlElement } from './xml-model.ts';

/** With any of these findings, `ossec-analysisd` does not start, or drops a condition of the rule. */
export function checkForm(rule: XmlElement): RuleFinding[] {
  return [
    ...rule.attributes.flatMap(checkAttribute),
    ...missingAttributes(rule),
    ...rule.children.flatMap(checkElement),
    ...noElements(rule),
    ...countsNothing(rule),
  ];
}

function checkAttribute({ name, value, range }: XmlAttribute): RuleFinding[] {
  const key = name.toLowerCase();
  if (!RULE_ATTRIBUTES.has(key))
    return [refused(range, `a rule has no attribute ${name}`, didYouMean(key, RULE_ATTRIBUTES))];
  if (NUMERIC_ATTRIBUTES.has(key) && !/^\d+$/.test(value))
    return [refused(range, `${name} must be a number`, 'Write digits only')];
  if (key === 'overwrite' && value !== 'yes' && value !== 'no')
    return [refused(range, 'overwrite must be yes or no', 'Write overwrite="yes"')];
  return [];
}

function missingAttributes(rule: XmlElement): RuleFinding[] {
  return ['id', 'level']
    .filter((name) => attributeOf(rule, name) === undefined)
    .map((name) => refused(rule.range, `a rule needs its ${name}`, `Add ${name}="…"`));
}

function checkElement({ name, text, children, range, inside }: XmlElement): RuleFinding[] {
  const key = name.toLowerCase();
  const known = EXACT_ELEMENTS.has(key) ? name === key : RULE_ELEMENTS.has(key);
  if (!known) return [refused(range, `a rule has no element <${name}>`, didYouMean(key, RULE_ELEMENTS))];
  const nested = children[0];
  if (nested !== undefined)
    return [refused(nested.range, `<${nested.name}> cannot stand in <${name}>`, `Is </${name}> missing?`)];
  if (Buffer.byteLength(text) >= LONGEST_CONDITION) {
    const problem = `OSSEC drops a text of ${LONGEST_CONDITION} bytes or more, and the rule is without its <${name}>`;
    return [refused(range, problem, `Write several <${name}>: OSSEC puts them together`)];
  }
  if (key === 'options' && !OPTIONS.has(text))
    return [refused(inside, `there is no option ${JSON.stringify(text)}`, didYouMean(text, OPTIONS))];
  if (key === 'category' && !CATEGORIES.has(text))
    return [refused(inside, `there is no category ${JSON.stringify(text)}`, didYouMean(text, CATEGORIES))];
  if ((key === 'if_matched_sid' || key === 'if_level') && !/^\d+$/.test(text))
    return [refused(inside, `<${name}> takes one number`, 'Write digits only')];
  return [];
}

function noElements(rule: XmlElement): RuleFinding[] {
  if (rule.children.length > 0) return [];
  return [
    refused(rule.range, 'OSSEC refuses a rule with nothing in it', 'Add a condition and a <description>'),
  ];
}

function countsNothing(rule: XmlElement): RuleFinding[] {
  const has = (names: readonly string[]) => names.some((name) => elementsOf(rule, name).length > 0);
  if (has(EARLIER_EVENTS) || has(['check_diff'])) return [];
  const frequency = rule.attributes.find(
    ({ name, value }) => name.toLowerCase() === 'frequency' && Number(value) > 0,
  );
  const comparison = rule.children.find(({ name }) =>
    COMPARISONS.some((known) => known === name.toLowerCase()),
  );
  const place = frequency ?? comparison;
  if (place === undefined) return [];
  const remedy = `Add one of ${EARLIER_EVENTS.join(', ')}`;
  return [refused(place.range, `${place.name} needs earlier events to compare with`, remedy)];
}

function didYouMean(word: string, known: ReadonlySet<string>): string {
  const near = nearest(word, [...known]);
  return near === undefined ? `What can stand here: ${[...known].join(', ')}` : `Did you mean ${near}?`;
}
