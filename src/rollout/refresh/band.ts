/**
 * How few instances may be ready and how many may be there while instances are replaced. Pure.
 *
 * - The minimum is rounded up. The API reference said so until the maximum came, and nothing says otherwise.
 * - That the maximum is rounded down is an assumption: the other way it would not be a maximum.
 */

import type { Preferences } from '../preferences.ts';

export interface Band {
  /** As many are in service, healthy and warmed up. */
  readonly minimumReady: number;
  /** As many at most are pending or in service. */
  readonly maximumRunning: number;
  /** The percentages allow no replacement at all: one of them is left by one instance, as AWS documents. */
  readonly left: 'minimum' | 'maximum' | undefined;
}

/** The band of a group with this desired capacity. */
export function bandOf(
  desiredCapacity: number,
  preferences: Pick<Preferences, 'minimumHealthyPercent' | 'maximumHealthyPercent'>,
): Band {
  const { minimumHealthyPercent: minimum, maximumHealthyPercent: maximum } = preferences;
  const minimumReady = Math.ceil((desiredCapacity * minimum) / 100);
  const maximumRunning = Math.floor((desiredCapacity * (maximum ?? 100)) / 100);
  if (desiredCapacity === 0 || maximumRunning > minimumReady) {
    return { minimumReady, maximumRunning, left: undefined };
  }
  // Both are the desired capacity now. [preferences]: with a maximum that was given, one is launched first;
  // without one, an instance is terminated together with the launch of its replacement.
  return maximum === undefined
    ? { minimumReady: minimumReady - 1, maximumRunning, left: 'minimum' }
    : { minimumReady, maximumRunning: maximumRunning + 1, left: 'maximum' };
}
