/** The rules that a source of OSSEC brings. Pure but for its failures. */

import { Failed, fail } from '../failure.ts';
import type { RuleIndex } from '../ossec/model.ts';
import { readXml } from '../ossec/read-xml.ts';
import { indexRules } from '../ossec/rule-index.ts';
import type { XmlElement } from '../ossec/xml-model.ts';
import type { OssecSource } from './source.ts';

export interface SourceRules {
  /** Names of the rule files, in the order of their inclusion. */
  readonly ruleFiles: readonly string[];
  readonly rules: RuleIndex;
}

/** The configuration of a local installation that the source itself brings. */
const CONFIGURATION = 'etc/ossec-local.conf';
const RULES_FOLDER = 'etc/rules';
/** The place for the user's own rules; the source has examples in it. */
const LOCAL_RULES = 'local_rules.xml';

/** Throws {@link Failed} where a rule file is missing or OSSEC would not start with it. */
export function sourceRules(name: string, source: OssecSource): SourceRules {
  const text = textOf(name, source, CONFIGURATION);
  const ruleFiles = includes(name, text).filter((file) => file !== LOCAL_RULES);
  const texts = ruleFiles.map((file) => [file, textOf(name, source, `${RULES_FOLDER}/${file}`)] as const);
  const { rules, failures } = indexRules(new Map(texts));
  if (failures.length > 0) throw new Failed(failures);
  return { ruleFiles, rules };
}

function textOf(name: string, { entries }: OssecSource, path: string): string {
  const entry = entries.find((candidate) => candidate.path === path && candidate.kind === 'file');
  if (entry === undefined) return incomplete(`${name} has no ${path}`);
  return new TextDecoder().decode(entry.content);
}

function includes(name: string, configuration: string): string[] {
  const reading = readXml(configuration);
  if ('wrong' in reading) return incomplete(`${CONFIGURATION} of ${name}: ${reading.wrong.problem}`);
  const files = reading.elements
    .filter(({ name: root }) => root === 'ossec_config')
    .flatMap(childrenCalled('rules'))
    .flatMap(childrenCalled('include'))
    .map(({ text }) => text.trim());
  return files.length > 0 ? files : incomplete(`${CONFIGURATION} of ${name} includes no rules`);
}

function childrenCalled(name: string): (element: XmlElement) => XmlElement[] {
  return ({ children }) => children.filter((child) => child.name === name);
}

function incomplete(problem: string): never {
  fail({
    kind: 'input',
    problem,
    remedy: "give a clone of OSSEC's repository, or the archive of one of its releases",
  });
}
