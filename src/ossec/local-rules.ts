/** The user's own rules: base's and the role's together, as they lie in one `local_rules.xml`. Pure. */

import type { InputFailure } from '../failure.ts';
import type { NamedText } from '../fleet/model.ts';
import type { Context } from './local-context.ts';
import { checkRule } from './local-rule.ts';
import type { RuleIndex } from './model.ts';
import { placed, type RuleFinding } from './rule-finding.ts';
import { ascending, overwritten } from './rule-index.ts';
import { type Rule, readRules } from './rules-xml.ts';
import type { Variables } from './variables.ts';

export interface LocalRules {
  /** The known rules with the user's; only the user's where none are known. */
  readonly rules: RuleIndex;
  readonly failures: readonly InputFailure[];
  /** What OSSEC accepts, and is likely not meant. */
  readonly warnings: readonly InputFailure[];
}

/**
 * Checks rules of the user's. `files` are put one after the other on the machine: base's, then the role's.
 * `known` are OSSEC's own, which are read before them; without them, what a rule says of rules and groups
 * that are not in `files` can't be judged.
 */
export function checkLocalRules(files: readonly NamedText[], known: RuleIndex | undefined): LocalRules {
  const context: Context = {
    rules: new Map(known),
    isWhole: known !== undefined,
    later: new Set(),
    places: new Map(),
  };
  let variables: Variables = new Map();
  const readings = files.map(({ path, text }) => {
    const reading = readRules(path, text, variables);
    variables = reading.variables;
    return { path, text, ...reading };
  });
  for (const { rules } of readings) for (const { info } of rules) context.later.add(info.id);
  const checked = readings.map(({ path, text, rules, findings }) => ({
    path,
    text,
    findings: [...findings, ...rules.flatMap((rule) => checkNext(context, path, text, rule))],
  }));
  const all = (level: RuleFinding['level']) =>
    checked.flatMap(({ path, text, findings }) => placed(path, text, findings, level));
  return { rules: ascending(context.rules), failures: all('failure'), warnings: all('warning') };
}

/** Checks a rule against those before it, and adds it to them. */
function checkNext(context: Context, path: string, text: string, rule: Rule): RuleFinding[] {
  const { info, element, isSound } = rule;
  const findings = isSound ? checkRule(context, rule) : [];
  const known = context.rules.get(info.id);
  const line = text.slice(0, element.range[0]).split('\n').length;
  context.rules.set(info.id, info.overwrite && known !== undefined ? overwritten(known, info) : info);
  if (!context.places.has(info.id)) context.places.set(info.id, `${path}:${line}`);
  return findings;
}
