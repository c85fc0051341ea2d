/** Makes the alarm of a rollout before it, and takes it away after it. */

import { Failed, fail } from '../../failure.ts';
import { guardAlarm, guardAlarmName } from '../plan/guard-alarm.ts';
import type { Doors } from './doors.ts';
import type { Prepared } from './prepare.ts';

const LOOK_SECONDS = 5;
/** CloudWatch evaluates an alarm every minute; one with a longer period, too. */
const MOST_LOOKS = 60;

/** The name of the alarm once it is OK, which AWS insists on; undefined where none is wanted. @throws Failed */
export async function raiseAlarm(
  { rollouts, sleep, isInterrupted }: Pick<Doors, 'rollouts' | 'sleep' | 'isInterrupted'>,
  { group, wanted }: Prepared,
): Promise<string | undefined> {
  if (wanted.guard === undefined) return undefined;
  const request = guardAlarm(group.name, wanted.imageId, wanted.guard);
  const name = request.AlarmName;
  await rollouts.putAlarm(request);
  for (let look = 0; look < MOST_LOOKS && !isInterrupted(); look++) {
    if ((await rollouts.alarms([name])).get(name) === 'OK') return name;
    await sleep(LOOK_SECONDS);
  }
  return fail({
    kind: 'aws',
    operation: 'cloudwatch:DescribeAlarms',
    code: 'NotOk',
    problem: `the alarm ${name}, made for the rollout of ${group.name}, is not OK`,
    remedy: 'see what its metric says of the new image, or roll out without guard',
  });
}

type Telling = Pick<Doors, 'rollouts' | 'say'>;

/** Takes away what a rollout has left that bake did not see the end of. */
export async function dropLeftAlarm(doors: Telling, { group, wanted }: Prepared): Promise<void> {
  if (wanted.guard === undefined) return;
  const name = guardAlarmName(group.name);
  await orTell(doors, group.name, async () => {
    if ((await doors.rollouts.alarms([name])).get(name) !== undefined) await doors.rollouts.deleteAlarm(name);
  });
}

export async function dropAlarm(doors: Telling, { group, wanted }: Prepared): Promise<void> {
  if (wanted.guard === undefined) return;
  await orTell(doors, group.name, () => doors.rollouts.deleteAlarm(guardAlarmName(group.name)));
}

/** That it stays is no harm: it does nothing, and the next rollout takes it away. */
async function orTell({ say }: Telling, group: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    say(group, { level: 'warning', text: `the alarm made for the rollout is left: ${error.message}` });
  }
}
