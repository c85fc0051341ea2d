/** Which of the model's assumptions a prediction rests on. Pure. */

import type { Group } from '../model.ts';
import type { Preferences } from '../preferences.ts';
import type { Assumption } from '../refresh/assumptions.ts';
import { bandOf } from '../refresh/band.ts';
import type { Simulation } from './simulate.ts';

/** Only those that made a difference: the others would only be noise. */
export function assumptionsOf(
  { desiredCapacity, maximumSize, instances }: Group,
  preferences: Preferences,
  { actions }: Simulation,
): Assumption[] {
  const { minimumHealthyPercent: minimum, maximumHealthyPercent: maximum = 100 } = preferences;
  const { maximumRunning, minimumReady, left } = bandOf(desiredCapacity, preferences);
  const happens = (kind: string) => actions.some(({ action }) => action.kind === kind);
  const rests: ReadonlyArray<readonly [Assumption, boolean]> = [
    ['minimum-rounding', (desiredCapacity * minimum) % 100 !== 0],
    ['maximum-rounding', (desiredCapacity * maximum) % 100 !== 0],
    ['omitted-maximum-of-100', left === 'minimum'],
    ['whole-band', minimumReady < desiredCapacity && maximumRunning > desiredCapacity],
    ['surge-beyond-maximum-size', maximumRunning > maximumSize && happens('launch')],
    ['batch-waits', happens('launch')],
    ['order', happens('launch')],
    ['checkpoint-wait', preferences.checkpointPercents.length > 0],
    [
      'skipped-count',
      preferences.skipMatching && preferences.checkpointPercents.some((percent) => percent < 100),
    ],
    [
      'standby-first',
      preferences.standby === 'Terminate' && instances.some(({ lifecycle }) => lifecycle === 'Standby'),
    ],
    ['nothing-to-do', desiredCapacity === 0],
    ['no-bake-for-nothing', preferences.bakeSeconds > 0 && !happens('launch')],
  ];
  return rests.flatMap(([assumption, isSo]) => (isSo ? [assumption] : []));
}
