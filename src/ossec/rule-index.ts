/** The rules of several files together, as `ossec-analysisd` has them after it has read them. Pure. */

import type { InputFailure } from '../failure.ts';
import type { RuleIndex, RuleInfo } from './model.ts';
import { placed, type RuleFinding, refused } from './rule-finding.ts';
import { type Rule, readRules } from './rules-xml.ts';

export interface Indexed {
  readonly rules: RuleIndex;
  /** Why analysisd would not start with these files. */
  readonly failures: readonly InputFailure[];
}

/** `files`: text by name without folders, in the order in which `ossec.conf` includes them. */
export function indexRules(files: ReadonlyMap<string, string>): Indexed {
  const rules = new Map<number, RuleInfo>();
  const failures = [...files].flatMap(([file, text]) => {
    const reading = readRules(file, text);
    const added = reading.rules.flatMap((rule) => add(rules, rule));
    return placed(file, text, [...reading.findings, ...added], 'failure');
  });
  return { rules: ascending(rules), failures };
}

export function ascending(rules: RuleIndex): RuleIndex {
  return new Map([...rules].toSorted(([a], [b]) => a - b));
}

/** Below this id, a rule is a root that others hang from. */
export const FIRST_CHILD_ID = 10;

function add(rules: Map<number, RuleInfo>, { info, element: { range } }: Rule): RuleFinding[] {
  const known = rules.get(info.id);
  if (!info.overwrite && known !== undefined) {
    const problem = `the rule ${info.id} is in ${known.file} already`;
    return [refused(range, problem, 'Give every rule an id of its own')];
  }
  const orphan = info.parents.find((parent) => !rules.has(parent));
  if (!info.overwrite && orphan !== undefined)
    return [refused(range, `no rule before this one has the id ${orphan}`, 'Put the parent first')];
  if (info.overwrite && known === undefined)
    return [refused(range, `there is no rule ${info.id} to overwrite`, 'Put the rule first')];
  rules.set(info.id, known === undefined ? info : overwritten(known, info));
  return [];
}

/** What becomes of a rule: it stays where it is below its parents, and has all else from the overwrite. */
export function overwritten(rule: RuleInfo, overwrite: RuleInfo): RuleInfo {
  return { ...overwrite, parents: rule.parents };
}

/** Whether what the rule matches is written to `alerts.json` (analysisd: level, `noalert`, DO_LOGALERT). */
export function becomesAlert({ level, alert }: RuleInfo, alertLevel: number): boolean {
  if (level === 0 || alert === 'never') return false;
  return alert === 'always' || level >= alertLevel;
}

/** Why a rule never becomes an alert, one sentence, and what to do; undefined where it does. */
export function neverAlerts(
  rule: RuleInfo,
  alertLevel: number,
): { readonly problem: string; readonly remedy: string } | undefined {
  if (becomesAlert(rule, alertLevel)) return undefined;
  const { id, level, alert } = rule;
  if (alert === 'never') {
    const problem = `rule ${id} never alerts: OSSEC's own rule says noalert or no_log`;
    return { problem, remedy: 'List the rules below it, or add a child of it to your local rules' };
  }
  if (level === 0) {
    const problem = `rule ${id} never alerts: its level is 0, which groups or ignores events`;
    return { problem, remedy: 'List the rules below it, or add a child of it to your local rules' };
  }
  const problem = `rule ${id} never alerts: its level ${level} is below alert_level ${alertLevel}`;
  return {
    problem,
    remedy: `Set alert_level to ${level} or less, or overwrite the rule with a higher level`,
  };
}
