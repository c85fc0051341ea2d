/** The names that `alert_rules_list` takes instead of ids. Pure. */

import type { RuleIndex } from './model.ts';
import { UNDECLARED_PORT } from './own-rule-ids.ts';

/** A fleet file may write these. */
export const ALERT_NAMES = ['netstat', 'rootcheck', 'integrity', 'sshd-bruteforce'] as const;

export type AlertName = (typeof ALERT_NAMES)[number];

/** What each name stands for; OSSEC 4.1, 4.2 and the head of mid-2026 have all of them, and mean the same. */
const IDS: Readonly<Record<AlertName, readonly number[]>> = {
  // OSSEC's own rule compares outputs; bake's says which port is not declared.
  netstat: [533, UNDECLARED_PORT],
  // The rules below 510 are for Windows, or for audits of policies, which bake does not run.
  rootcheck: [510],
  // Changed, a second and a third time, deleted, added. 594 to 598 are for the registry of Windows.
  integrity: [550, 551, 552, 553, 554],
  // Many tries for users that do not exist, that may not log in, that do exist; and a success after them.
  'sshd-bruteforce': [5712, 5719, 5720, 40112],
};

/** bake's own rules are in no tarball. */
const OWN = new Set([UNDECLARED_PORT]);

/** The rules that an entry means: those that `index` has; all of them where nothing was frozen. */
export function idsOf(rule: number | AlertName, index: RuleIndex | undefined): readonly number[] {
  if (typeof rule === 'number') return [rule];
  return IDS[rule].filter((id) => index === undefined || index.has(id) || OWN.has(id));
}
