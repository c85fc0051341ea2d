/** What keeps checks from being of use. Pure. */

import { formatDuration } from '../../report/duration.ts';
import type { RequestedPreferences } from '../preferences.ts';
import type { Check } from './model.ts';

/** That a wait has begun is seen within this time, and an answer takes a moment. */
export const NOTICE_SECONDS = 20;

/** AWS goes on by itself when a wait is over: a check has to have ended by then. */
export function checkProblems(checks: readonly Check[], requested: RequestedPreferences): string[] {
  if (checks.length === 0) return [];
  const { checkpointPercents = [], checkpointDelaySeconds = 3600, bakeSeconds = 0 } = requested;
  const waitsAtCheckpoints = checkpointPercents.some((percent) => percent < 100);
  const waits = [
    ...(waitsAtCheckpoints ? [{ seconds: checkpointDelaySeconds, name: 'the delay of a checkpoint' }] : []),
    ...(bakeSeconds > 0 ? [{ seconds: bakeSeconds, name: 'the bake time' }] : []),
  ];
  if (waits.length === 0) return ['checks run at checkpoints below 100 and in the bake time: there are none'];
  return checks.flatMap(({ name, limitSeconds }) =>
    waits
      .filter(({ seconds }) => limitSeconds + NOTICE_SECONDS > seconds)
      .map(
        (wait) =>
          `the check ${name} may take ${words(limitSeconds)} after up to ${words(NOTICE_SECONDS)} until it begins, and ${wait.name} is ${words(wait.seconds)}: AWS would go on before it has ended`,
      ),
  );
}

function words(seconds: number): string {
  return formatDuration(seconds * 1000);
}
