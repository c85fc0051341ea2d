/** What `bake alerts` is told. */

import type { GroupOptions } from './rollout-options.ts';

export interface AlertsOptions extends GroupOptions {
  /** Seconds. */
  readonly since?: number;
  readonly from: readonly string[];
  readonly html?: string;
  readonly rule?: number;
}

/** Seconds that are looked at, unless told. */
export const DAY = 86_400;
