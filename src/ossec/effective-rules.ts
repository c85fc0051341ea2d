/** Every rule that an image's OSSEC has, and what becomes of its alerts. Pure. */

import type { OssecConfig } from './config.ts';
import { checkLocalRules } from './local-rules.ts';
import type { RuleIndex, RuleInfo } from './model.ts';
import { OWN_RULE_FILE, renderOwnRules } from './own-rules.ts';
import { ascending, becomesAlert } from './rule-index.ts';
import { readRules } from './rules-xml.ts';

export interface EffectiveRule {
  readonly id: number;
  readonly level: number;
  readonly description: string;
  /** As {@link RuleInfo} has it. */
  readonly file: string;
  /** What it matches is written to OSSEC's own log of alerts. */
  readonly alert: boolean;
  /** Name of the hook that its alerts are posted to; undefined: they stay on the machine. */
  readonly hook: string | undefined;
}

/** All rules of an image: OSSEC's own with the user's on top, as their check has them, and bake's. */
export function withOwnRules(
  rules: RuleIndex,
  config: Pick<OssecConfig, 'alertLevel' | 'firstBoot'>,
): RuleIndex {
  const own = readRules(OWN_RULE_FILE, renderOwnRules(config)).rules.map(
    ({ info }) => [info.id, info] as const,
  );
  return ascending(new Map([...rules, ...own]));
}

/** Ascending by id. Without `known`, only the user's and bake's. */
export function effectiveRules(config: OssecConfig, known: RuleIndex | undefined): EffectiveRule[] {
  const hooks = new Map(config.routes.map(({ ruleId, hook }) => [ruleId, hook]));
  const { rules } = checkLocalRules(config.localRules, known);
  return [...withOwnRules(rules, config).values()].map((rule) => toEffective(rule, config, hooks));
}

function toEffective(
  rule: RuleInfo,
  { alertLevel }: OssecConfig,
  hooks: ReadonlyMap<number, string>,
): EffectiveRule {
  const { id, level, description, file } = rule;
  const alert = becomesAlert(rule, alertLevel);
  return { id, level, description, file, alert, hook: alert ? hooks.get(id) : undefined };
}
