/** The built-in check: what OSSEC has found on the new instances since they were launched. Pure. */

import { counted } from '../preflight/facts.ts';
import type { AlertCheck, CheckResult } from './model.ts';

/** What the instances have answered, by id; untrusted text. */
export interface AlertAnswers {
  readonly answers: ReadonlyMap<string, GraveCount>;
  /** Why one could not be asked. */
  readonly problems: ReadonlyMap<string, string>;
}

export interface GraveCount {
  readonly count: number;
  readonly first: { readonly rule: number; readonly level: number; readonly description: string } | null;
}

/** Alerts fail it; so does an instance that can't be asked, since nobody knows what happens there. */
export function judgeAlerts({ level }: AlertCheck, { answers, problems }: AlertAnswers): CheckResult {
  const [loud, ...more] = [...answers].filter(([, { count }]) => count > 0);
  if (loud !== undefined) {
    const [id, { first }] = loud;
    const others = more.length > 0 ? `, and ${counted(more.length, 'instance')} more` : '';
    return failed(`alerts of level ${level} or above on ${id}${others}: ${describe(first)}`);
  }
  const [silent] = problems;
  if (silent !== undefined) return failed(`${silent[0]} could not be asked: ${silent[1]}`);
  return { passed: true, why: '' };
}

function describe(first: GraveCount['first']): string {
  if (first === null) return 'it does not say which';
  return `rule ${first.rule} (level ${first.level}) ${first.description.slice(0, 200)}`;
}

function failed(why: string): CheckResult {
  return { passed: false, why };
}
