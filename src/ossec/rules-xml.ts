/** A file of OSSEC's rules: its text → the rules in it, with their places. Pure. */

import type { Range } from '../fleet/finding.ts';
import type { RuleInfo } from './model.ts';
import { readXml } from './read-xml.ts';
import { type RuleFinding, refused } from './rule-finding.ts';
import { checkForm } from './rule-form.ts';
import { ruleInfo } from './rule-info.ts';
import { substitute, type Variables } from './variables.ts';
import type { XmlAttribute, XmlElement } from './xml-model.ts';

/** A `<rule>`, its variables filled in. */
export interface Rule {
  readonly info: RuleInfo;
  readonly element: XmlElement;
  /** The `<group>` around it. */
  readonly group: XmlElement;
  /** OSSEC would not refuse its form; of any other, `info` has what could be read. */
  readonly isSound: boolean;
}

export interface RulesReading {
  /** In the order of the file. */
  readonly rules: readonly Rule[];
  /** What the file defines, on top of what was there before. */
  readonly variables: Variables;
  /** What OSSEC would refuse. */
  readonly findings: readonly RuleFinding[];
}

/**
 * Reads a file of rules. `file` is what {@link RuleInfo} names it; `before` has the variables of what comes
 * before it in the same file on the machine.
 */
export function readRules(file: string, text: string, before: Variables = new Map()): RulesReading {
  const reading = readXml(text);
  if ('wrong' in reading) {
    const { range, problem, remedy } = reading.wrong;
    return { rules: [], variables: before, findings: [refused(range, problem, remedy)] };
  }
  const walk = new Walk(file, before);
  for (const element of reading.elements) walk.root(element);
  if (!reading.elements.some(({ name }) => isCalled(name, 'group'))) walk.findings.push(noRules(text));
  return walk;
}

function noRules(text: string): RuleFinding {
  const remedy = 'Add <group name="local,"> with a <rule> in it, or remove the file';
  return refused(
    [0, Math.min(1, text.length)],
    'this file has no rules, and OSSEC refuses such a file',
    remedy,
  );
}

/** OSSEC compares names without their case. */
function isCalled(name: string, known: string): boolean {
  return name.toLowerCase() === known;
}

class Walk implements RulesReading {
  readonly rules: Rule[] = [];
  readonly findings: RuleFinding[] = [];
  readonly variables: Map<string, string>;
  readonly #file: string;

  constructor(file: string, before: Variables) {
    this.#file = file;
    this.variables = new Map(before);
  }

  root(element: XmlElement): void {
    if (isCalled(element.name, 'var')) this.#variable(element);
    else if (isCalled(element.name, 'group')) this.#group(this.#filled(element));
    else this.#refuse(element, `<${element.name}> cannot stand here`, 'Only <var> and <group> can');
  }

  #variable({ attributes, text, range }: XmlElement): void {
    const [name, ...more] = attributes;
    const remedy = 'Write <var name="NAME">value</var>';
    if (name === undefined || more.length > 0 || !isCalled(name.name, 'name')) {
      this.findings.push(refused(range, 'a variable has a name and nothing else', remedy));
      return;
    }
    const key = name.value.toLowerCase();
    if (this.variables.has(key)) {
      const problem = `the variable ${name.value} is defined already, and OSSEC keeps the first value`;
      this.findings.push(refused(name.range, problem, 'Choose another name'));
      return;
    }
    this.variables.set(key, text);
  }

  #group(group: XmlElement): void {
    const [name, ...more] = group.attributes;
    if (name === undefined || more.length > 0 || !isCalled(name.name, 'name'))
      this.#refuse(group, 'a group of rules has a name and nothing else', 'Write <group name="local,">');
    if (group.children.length === 0)
      this.#refuse(group, 'OSSEC refuses a group without rules', 'Remove it, or add a rule');
    for (const child of group.children) {
      if (isCalled(child.name, 'var')) this.#variable(child);
      else if (isCalled(child.name, 'rule')) this.#rule(this.#whole(child), group);
      else this.#refuse(child, `<${child.name}> cannot stand in a group`, 'Only <rule> can');
    }
  }

  #rule(element: XmlElement, group: XmlElement): void {
    const wrong = checkForm(element);
    this.findings.push(...wrong);
    const info = ruleInfo(this.#file, element, group);
    this.rules.push({ info, element, group, isSound: wrong.length === 0 });
  }

  #whole(element: XmlElement): XmlElement {
    const filled = this.#filled(element);
    return { ...filled, children: filled.children.map((child) => this.#filled(child)) };
  }

  #filled(element: XmlElement): XmlElement {
    return {
      ...element,
      attributes: element.attributes.map(
        (attribute): XmlAttribute => ({ ...attribute, value: this.#fill(attribute.value, attribute.range) }),
      ),
      text: this.#fill(element.text, element.inside),
    };
  }

  #fill(text: string, range: Range): string {
    const filled = substitute(text, this.variables);
    if ('text' in filled) return filled.text;
    const problem = `there is no variable ${filled.unknown}: where a file has variables, OSSEC takes any $ for one`;
    this.findings.push(refused(range, problem, 'Define it before, or end the pattern at the $'));
    return text;
  }

  #refuse({ range }: XmlElement, problem: string, remedy: string): void {
    this.findings.push(refused(range, problem, remedy));
  }
}
