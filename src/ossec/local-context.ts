/** What the checks of the user's rules work with. Pure. */

import type { RuleInfo } from './model.ts';

/** What is known when a rule is read. */
export interface Context {
  /** The rules before it. */
  readonly rules: Map<number, RuleInfo>;
  /** OSSEC's own rules are among them, so that what is missing there does not exist. */
  readonly isWhole: boolean;
  /** Ids of all rules of the user's, whether they come before it or later. */
  readonly later: Set<number>;
  /** Where the user's rules are, `FILE:LINE`. */
  readonly places: Map<number, string>;
}
