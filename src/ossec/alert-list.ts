/** Whether an entry of `alert_rules_list` can ever post anything. Pure. */

import type { RuleIndex, RuleInfo } from './model.ts';
import { suggestRules } from './nearest-rules.ts';
import { neverAlerts } from './rule-index.ts';
import { type AlertName, idsOf } from './rule-names.ts';
import { FIRST_USER_ID } from './rule-words.ts';

export interface AlertProblem {
  /** One sentence without a final full stop. */
  readonly problem: string;
  readonly remedy: string;
}

/**
 * Why an entry of an image's list would never post; undefined where it can. `rules` are all of the image's;
 * where OSSEC's own are not known (`isWhole` false), what may be one of them is not judged.
 */
export function alertProblem(
  entry: number | AlertName,
  { rules, isWhole }: { readonly rules: RuleIndex; readonly isWhole: boolean },
  alertLevel: number,
): AlertProblem | undefined {
  const ids = idsOf(entry, isWhole ? rules : undefined);
  const found = ids.flatMap((id) => rules.get(id) ?? []);
  if (found.length > 0) return silent(entry, found, alertLevel);
  if (!isWhole && (typeof entry === 'string' || entry < FIRST_USER_ID)) return undefined;
  const problem =
    typeof entry === 'number' ? `no rule has the id ${entry}` : `no rule of this OSSEC is meant by ${entry}`;
  return { problem, remedy: suggestRules(entry, rules) };
}

/** A name of several rules is of use as long as one of them alerts. */
function silent(
  entry: number | AlertName,
  rules: readonly RuleInfo[],
  alertLevel: number,
): AlertProblem | undefined {
  const reasons = rules.map((rule) => neverAlerts(rule, alertLevel));
  const [first] = reasons;
  if (first === undefined || reasons.includes(undefined)) return undefined;
  return typeof entry === 'number'
    ? first
    : { ...first, problem: `no rule of ${entry} alerts: ${first.problem}` };
}
