/** What `bake alerts` is told. */

import type { Period } from '../alerts/model.ts';
import type { Context } from '../context.ts';
import type { GroupOptions } from './rollout-options.ts';

export interface AlertsOptions extends GroupOptions {
  /** Seconds. */
  readonly since?: number;
  readonly from: readonly string[];
  /** Only what has rung at this level or above. */
  readonly level?: number;
  /** Exit code 10 where something is to be looked at. */
  readonly exitCode: boolean;
  readonly html?: string;
  readonly rule?: number;
}

/** Seconds that are looked at, unless told. */
const DAY = 86_400;

/** Files are read whole unless told; there is no period before them then. */
export function periodOf(
  { now }: Pick<Context, 'now'>,
  { since, from }: Pick<AlertsOptions, 'since' | 'from'>,
): Period {
  const to = Math.floor(now().getTime() / 1000);
  if (since === undefined && from.length > 0) return { from: 0, to, previousFrom: undefined };
  const seconds = since ?? DAY;
  return { from: to - seconds, to, previousFrom: to - 2 * seconds };
}
