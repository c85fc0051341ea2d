/** The door to CloudWatch alarms. */

import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { AlarmState } from '../../rollout/model.ts';
import { explained } from '../aws-errors.ts';

/** The state of each of these alarms, at most a hundred; undefined for one that does not exist. */
export async function alarmStates(
  client: CloudWatchClient,
  names: readonly string[],
): Promise<Map<string, AlarmState | undefined>> {
  const { DescribeAlarmsCommand: Command } = await import('@aws-sdk/client-cloudwatch');
  if (names.length === 0) return new Map();
  const answer = await explained('cloudwatch:DescribeAlarms', () =>
    client.send(
      new Command({ AlarmNames: [...names], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 100 }),
    ),
  );
  const all = [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])];
  const known = new Map(all.map(({ AlarmName, StateValue }) => [AlarmName, stateOf(StateValue)]));
  return new Map(names.map((name) => [name, known.get(name)]));
}

function stateOf(state: string | undefined): AlarmState {
  return state === 'OK' || state === 'ALARM' ? state : 'INSUFFICIENT_DATA';
}
