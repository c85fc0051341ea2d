/** A `<rule>` whose form is right → {@link RuleInfo}, as src/analysisd/rules.c of OSSEC reads it. Pure. */

import type { AlertMode, RuleInfo } from './model.ts';
import { REPLACED_ATTRIBUTES, REPLACED_ELEMENTS } from './rule-words.ts';
import type { XmlElement } from './xml-model.ts';

/** `file` is what {@link RuleInfo} names its file, `group` the element around it. */
export function ruleInfo(file: string, element: XmlElement, group: XmlElement): RuleInfo {
  return {
    id: ruleId(element),
    // OSSEC reads at most so many digits.
    level: Number((attributeOf(element, 'level') ?? '').slice(0, 4)),
    description: description(element),
    file,
    parents: parents(element),
    groups: groups(element, group),
    alert: alertMode(element),
    conditions: conditions(element),
    overwrite: attributeOf(element, 'overwrite') === 'yes',
  };
}

/** OSSEC reads six digits of an id and forgets the rest. */
export function ruleId(element: XmlElement): number {
  return Number((attributeOf(element, 'id') ?? '').slice(0, 6));
}

export function attributeOf({ attributes }: XmlElement, name: string): string | undefined {
  return attributes.find((attribute) => attribute.name.toLowerCase() === name)?.value;
}

/** The elements of a name that a rule has. */
export function elementsOf({ children }: XmlElement, name: string): XmlElement[] {
  return children.filter((child) => child.name.toLowerCase() === name);
}

/** The texts of all elements of a name, one after the other and with nothing between them, as OSSEC has them. */
export function textOf(rule: XmlElement, name: string): string {
  return elementsOf(rule, name)
    .map(({ text }) => text)
    .join('');
}

function description(rule: XmlElement): string {
  return textOf(rule, 'description').replace(/\s+/g, ' ').trim();
}

function parents(rule: XmlElement): number[] {
  const ids = `${textOf(rule, 'if_sid')} ${elementsOf(rule, 'if_matched_sid').at(-1)?.text ?? ''}`;
  return ascending((ids.match(/\d+/g) ?? []).map(Number));
}

function groups(rule: XmlElement, group: XmlElement): string[] {
  const all = `${group.attributes[0]?.value ?? ''}${textOf(rule, 'group')}`;
  return [...new Set(all.split(',').map((name) => name.trim()))].filter((name) => name !== '');
}

function alertMode(rule: XmlElement): AlertMode {
  if (attributeOf(rule, 'noalert') !== undefined) return 'never';
  const last = elementsOf(rule, 'options').findLast(({ text }) => text === 'log_alert' || text === 'no_log');
  if (last === undefined) return 'by-level';
  return last.text === 'log_alert' ? 'always' : 'never';
}

function conditions({ attributes, children }: XmlElement): string[] {
  const names = [
    ...attributes.map(({ name }) => name.toLowerCase()).filter((name) => REPLACED_ATTRIBUTES.has(name)),
    ...children.map(({ name }) => name.toLowerCase()).filter((name) => REPLACED_ELEMENTS.has(name)),
  ];
  return [...new Set(names)].toSorted();
}

function ascending(ids: readonly number[]): number[] {
  return [...new Set(ids)].toSorted((a, b) => a - b);
}
