/** "Did you mean" for rules. Pure. */

import { distance } from 'fastest-levenshtein';
import type { RuleIndex, RuleInfo } from './model.ts';

/** Nobody chooses among more. */
const MOST = 3;

/**
 * The rules that were likely meant, the likeliest first: for an id those that differ from it in a digit or
 * in the order of two, or else its neighbours; for words those whose description, groups or file have
 * most of them.
 */
export function nearestRules(asked: number | string, rules: RuleIndex): readonly RuleInfo[] {
  const all = [...rules.values()];
  return (typeof asked === 'number' ? nearId(asked, all) : about(asked, all)).slice(0, MOST);
}

/** {@link nearestRules} as a sentence. */
export function suggestRules(asked: number | string, rules: RuleIndex): string {
  const named = nearestRules(asked, rules).map(
    ({ id, description }) => `${id} (${description.replace(/\.$/, '')})`,
  );
  if (named.length === 0) return '`bake ossec rules` lists the rules that there are';
  return `Did you mean ${named.length === 1 ? named[0] : `${named.slice(0, -1).join(', ')} or ${named.at(-1)}`}?`;
}

function nearId(asked: number, rules: readonly RuleInfo[]): RuleInfo[] {
  const byNumber = rules.toSorted((a, b) => Math.abs(a.id - asked) - Math.abs(b.id - asked));
  const swapped = byNumber.filter(({ id }) => id !== asked && sorted(id) === sorted(asked));
  const mistyped = byNumber.filter(({ id }) => distance(String(asked), String(id)) === 1);
  const slips = [...new Set([...swapped, ...mistyped])];
  return slips.length > 0 ? slips : byNumber;
}

function sorted(id: number): string {
  return [...String(id)].toSorted().join('');
}

function about(words: string, rules: readonly RuleInfo[]): RuleInfo[] {
  const wanted = words.toLowerCase().match(/[a-z0-9]{3,}/g) ?? [];
  return rules
    .map((rule) => ({ rule, hits: hits(wanted, rule) }))
    .filter((one) => one.hits > 0)
    .toSorted((a, b) => b.hits - a.hits || b.rule.level - a.rule.level)
    .map(({ rule }) => rule);
}

function hits(wanted: readonly string[], { description, groups, file }: RuleInfo): number {
  const text = `${description} ${groups.join(' ')} ${file}`.toLowerCase();
  return wanted.filter((word) => text.includes(word)).length;
}
