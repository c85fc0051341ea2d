/** What an `overwrite` of the user's would lose without a word. Pure. */

import type { Context } from './local-context.ts';
import type { RuleInfo } from './model.ts';
import { suggestRules } from './nearest-rules.ts';
import { doubtful, type RuleFinding, refused } from './rule-finding.ts';
import { FIRST_CHILD_ID } from './rule-index.ts';
import { EARLIER_EVENTS, FIRST_USER_ID, LOST_IN_OVERWRITE } from './rule-words.ts';
import type { Rule } from './rules-xml.ts';
import type { XmlElement } from './xml-model.ts';

export function checkOverwrite({ rules, isWhole }: Context, rule: Rule): RuleFinding[] {
  const { info, element } = rule;
  const known = rules.get(info.id);
  if (info.id < FIRST_CHILD_ID) {
    const problem = `OSSEC adds this to its root rule ${info.id} instead of changing it`;
    return [refused(element.range, problem, 'Leave the root rules as they are')];
  }
  if (known === undefined && (isWhole || info.id >= FIRST_USER_ID)) {
    const problem = `there is no rule ${info.id} before this one to overwrite`;
    return [refused(element.range, problem, suggestRules(info.id, rules))];
  }
  return [
    ...element.children.flatMap((child) => checkElement(child, info.id, known)),
    ...(known === undefined ? [] : takenAway(rule, known)),
  ];
}

function checkElement(
  { name, text, range }: XmlElement,
  id: number,
  known: RuleInfo | undefined,
): RuleFinding[] {
  const key = name.toLowerCase();
  if (LOST_IN_OVERWRITE.has(key)) {
    if (key === 'if_sid' && known !== undefined && namesOnly(text, known.parents)) return [];
    const problem = `an overwrite does not change <${name}>: rule ${id} keeps what it has`;
    return [
      refused(
        range,
        problem,
        `Remove the line. For another <${name}>, write a rule with <if_sid>${id}</if_sid>`,
      ),
    ];
  }
  if (known === undefined || !EARLIER_EVENTS.some((earlier) => earlier === key)) return [];
  const isSame =
    known.conditions.includes(key) && (key !== 'if_matched_sid' || namesOnly(text, known.parents));
  if (isSame) return [];
  const problem = `an overwrite does not change which earlier events rule ${id} counts`;
  return [refused(range, problem, `Remove the line, and write a rule with <${name}> of its own`)];
}

function namesOnly(text: string, parents: readonly number[]): boolean {
  return (text.match(/\d+/g) ?? []).every((id) => parents.includes(Number(id)));
}

/** analysisd replaces all of these at once, and what the overwrite has not is then empty. */
function takenAway({ info, element }: Rule, known: RuleInfo): RuleFinding[] {
  const gone = known.conditions.filter((condition) => !info.conditions.includes(condition));
  const findings: RuleFinding[] = [];
  if (gone.length > 0) {
    const problem = `this overwrite takes ${gone.join(', ')} away from rule ${info.id}, which then matches other events`;
    const remedy = `Repeat them as ${known.file} has them, or write a rule with <if_sid>${info.id}</if_sid> instead`;
    findings.push(refused(element.range, problem, remedy));
  }
  if (info.description === '' && known.description !== '') {
    const problem = `this overwrite takes the description away from rule ${info.id}`;
    findings.push(doubtful(element.range, problem, `Repeat it: ${known.description}`));
  }
  return findings;
}
