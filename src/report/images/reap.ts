/** What killed runs have left, and what becomes of it. Pure. */

import type { ReapVerdict } from '../../images/leftovers.ts';
import { formatAge } from '../duration.ts';
import { table } from '../table.ts';

const DONE: Readonly<Record<ReapVerdict['action'], string>> = { remove: 'removed', keep: 'kept' };

export function reapLines(
  verdicts: readonly ReapVerdict[],
  { isDone }: { readonly isDone: boolean },
): string[] {
  if (verdicts.length === 0) return [isDone ? 'nothing was removed' : 'nothing is left behind'];
  return table(
    verdicts.map((verdict) => {
      const { kind, id, role, run } = verdict.leftover;
      const age = verdict.ageSeconds === undefined ? '' : formatAge(verdict.ageSeconds);
      const word = isDone ? DONE[verdict.action] : verdict.action;
      return [word, kind, id, role, run, age, verdict.action === 'keep' ? verdict.reason : ''];
    }),
  );
}
