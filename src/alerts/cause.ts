/** What a storm comes from: mostly a rollout, a push or maintenance. Pure. */

import type { Cause, Happening } from './model.ts';

/** How long after something is over it may still be what a storm comes from. */
const AFTERWARDS_SECONDS = 1800;

/**
 * Of several, the one that began last before it. `from` is when the storm's first bucket begins, in which the
 * happening may have begun, too.
 */
export function causeOf(
  { from, bucketSeconds }: { readonly from: number; readonly bucketSeconds: number },
  happenings: readonly Happening[],
): Cause | undefined {
  const [last] = happenings
    .filter((one) => one.from < from + bucketSeconds)
    .filter(({ to }) => to === undefined || from <= to + AFTERWARDS_SECONDS)
    .toSorted((a, b) => b.from - a.from);
  if (last === undefined) return undefined;
  const { from: begun, to: ended } = last;
  const isOver = ended !== undefined && from > ended;
  return {
    ...last,
    relation: isOver || ended === begun ? 'after' : 'during',
    afterSeconds: Math.max(0, from - (isOver ? ended : begun)),
  };
}
