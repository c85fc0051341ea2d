/** The door to CloudWatch alarms. */

import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { AlarmState } from '../../rollout/model.ts';
import type { AlarmRequest } from '../../rollout/plan/guard-alarm.ts';
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

export async function putAlarm(client: CloudWatchClient, request: AlarmRequest): Promise<void> {
  const { PutMetricAlarmCommand: Command } = await import('@aws-sdk/client-cloudwatch');
  const input = { ...request, Dimensions: request.Dimensions.map((dimension) => ({ ...dimension })) };
  await explained('cloudwatch:PutMetricAlarm', () => client.send(new Command(input)));
}

export async function deleteAlarm(client: CloudWatchClient, name: string): Promise<void> {
  const { DeleteAlarmsCommand: Command } = await import('@aws-sdk/client-cloudwatch');
  await explained('cloudwatch:DeleteAlarms', () => client.send(new Command({ AlarmNames: [name] })));
}

function stateOf(state: string | undefined): AlarmState {
  return state === 'OK' || state === 'ALARM' ? state : 'INSUFFICIENT_DATA';
}
