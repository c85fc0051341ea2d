/** What killed runs have left, and what becomes of it. Pure. */

import type { ReapVerdict } from '../../images/leftovers.ts';
import { formatAge } from '../duration.ts';
import { table } from '../table.ts';

export function reapLines(verdicts: readonly ReapVerdict[]): string[] {
  if (verdicts.length === 0) return ['nothing is left behind'];
  return table(
    verdicts.map((verdict) => {
      const { kind, id, role, run } = verdict.leftover;
      const age = verdict.ageSeconds === undefined ? '' : formatAge(verdict.ageSeconds);
      return [verdict.action, kind, id, role, run, age, verdict.action === 'keep' ? verdict.reason : ''];
    }),
  );
}
