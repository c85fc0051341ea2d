/** {@link Lock} → the text of `bake.lock`. Pure. */

import { LOCK_FORM, type LockedRule } from './lock.ts';
import type { Lock, RuleInfo } from './model.ts';
import { ascending } from './rule-index.ts';

/**
 * The text of a lock: the same for the same lock, keys in alphabetical order, every rule on a line of its
 * own, so that a difference shows which rules have changed.
 */
export function serializeLock({ ossec, tools }: Lock): string {
  const rules = [...ascending(ossec.rules).values()].map(
    (rule) => [String(rule.id), ruleLine(rule)] as const,
  );
  const trees = [...ossec.builtTrees].map(([platform, tree]) => [platform, JSON.stringify(tree)] as const);
  const written = block('', [
    ['lock', JSON.stringify(LOCK_FORM)],
    [
      'ossec',
      block('  ', [
        [
          'builtTrees',
          block(
            '    ',
            trees.toSorted(([a], [b]) => (a < b ? -1 : 1)),
          ),
        ],
        ['commit', JSON.stringify(ossec.commit ?? null)],
        ['ruleFiles', list('    ', ossec.ruleFiles)],
        ['rules', block('    ', rules)],
        ['sha256', JSON.stringify(ossec.sha256)],
        ['standIn', JSON.stringify(ossec.standIn)],
        ['version', JSON.stringify(ossec.version)],
      ]),
    ],
    [
      'tools',
      block('  ', [
        ['amazonPlugin', JSON.stringify(tools.amazonPlugin)],
        ['packer', JSON.stringify(tools.packer)],
      ]),
    ],
  ]);
  return `${written}\n`;
}

/** An object, one entry a line. The values are JSON. */
function block(indent: string, entries: readonly (readonly [key: string, value: string])[]): string {
  if (entries.length === 0) return '{}';
  const lines = entries.map(([key, value]) => `${indent}  ${JSON.stringify(key)}: ${value}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

/** A list of texts, one a line. */
function list(indent: string, texts: readonly string[]): string {
  if (texts.length === 0) return '[]';
  return `[\n${texts.map((text) => `${indent}  ${JSON.stringify(text)}`).join(',\n')}\n${indent}]`;
}

/** What a rule has not is left out. */
function ruleLine({
  alert,
  conditions,
  description,
  file,
  groups,
  level,
  overwrite,
  parents,
}: RuleInfo): string {
  const rule: LockedRule = {
    ...(alert === 'by-level' ? {} : { alert }),
    ...(conditions.length === 0 ? {} : { conditions: [...conditions] }),
    description,
    file,
    ...(groups.length === 0 ? {} : { groups: [...groups] }),
    level,
    ...(overwrite ? { overwrite } : {}),
    ...(parents.length === 0 ? {} : { parents: [...parents] }),
  };
  return JSON.stringify(rule);
}
