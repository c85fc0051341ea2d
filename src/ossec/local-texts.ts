/** Texts and attributes of a rule that OSSEC takes for something else than they look like. Pure. */

import { doubtful, type RuleFinding, refused } from './rule-finding.ts';
import { elementsOf } from './rule-info.ts';
import type { Rule } from './rules-xml.ts';
import type { XmlElement } from './xml-model.ts';

export function checkTexts({ element, group, info }: Rule): RuleFinding[] {
  return [
    ...element.children.flatMap(checkEntities),
    ...element.children.flatMap(checkEscapes),
    ...checkNoAlert(element),
    ...joinedGroups(element, group),
    ...(info.description === '' && !info.overwrite ? [withoutDescription(element)] : []),
  ];
}

const WRITTEN: Readonly<Record<string, string>> = { '&amp;': '&', '&gt;': '>', '&quot;': '"', '&apos;': "'" };

const LESS = 'Use <pcre2>, in which \\< is a <';

/** OSSEC's reader decodes none: the pattern would look for these very letters. */
function checkEntities({ name, text, inside }: XmlElement): RuleFinding[] {
  const entity = /&(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+);/i.exec(text)?.[0];
  if (entity === undefined) return [];
  if (SHOWN.has(name.toLowerCase()))
    return [doubtful(inside, `OSSEC decodes no entities: alerts show ${entity} as it is`, 'Say it without')];
  const character = WRITTEN[entity.toLowerCase()] ?? 'the character itself';
  const remedy = entity.toLowerCase() === '&lt;' ? LESS : `Write ${character}`;
  return [refused(inside, `OSSEC decodes no entities: this looks for ${entity} itself`, remedy)];
}

const SHOWN: ReadonlySet<string> = new Set(['description', 'info']);

/** The backslash with which a `<` gets through the reader stays, and only regular expressions drop it. */
function checkEscapes({ name, text, inside }: XmlElement): RuleFinding[] {
  const key = name.toLowerCase();
  const isExpression = key.endsWith('pcre2') || key.endsWith('regex') || key === 'field';
  if (isExpression || SHOWN.has(key) || !text.includes('\\<')) return [];
  return [refused(inside, `in <${name}>, this looks for \\< with the backslash`, LESS)];
}

function checkNoAlert({ attributes }: XmlElement): RuleFinding[] {
  return attributes
    .filter(({ name, value }) => name.toLowerCase() === 'noalert' && /^(?:0|no|false|off)?$/i.test(value))
    .map(({ range }) => refused(range, 'any noalert silences the rule, whatever its value', 'Remove it'));
}

/** The group's name and the rule's own groups become one text. */
function joinedGroups(rule: XmlElement, group: XmlElement): RuleFinding[] {
  const own = elementsOf(rule, 'group');
  const before = [group.attributes[0]?.value ?? '', ...own.map(({ text }) => text)];
  return own.flatMap(({ text, range }, index) => {
    const previous = before[index]?.trim() ?? '';
    if (previous === '' || previous.endsWith(',') || text.trim().startsWith(',')) return [];
    const joined = `${previous.split(',').at(-1)?.trim()}${text.split(',')[0]?.trim()}`;
    const problem = `OSSEC joins this to the group before it, so that the rule is in "${joined}"`;
    return [doubtful(range, problem, `End the one before with a comma: "${previous},"`)];
  });
}

function withoutDescription({ range }: XmlElement): RuleFinding {
  return doubtful(
    range,
    'without a description, nobody knows what an alert of this rule means',
    'Add <description>',
  );
}
