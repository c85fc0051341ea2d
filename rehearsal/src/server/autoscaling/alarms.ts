/** CloudWatch alarms, which moto keeps. */

import type { AlarmState } from '../../../../src/rollout/model.ts';
import type { MotoClient } from '../moto-client.ts';
import { nodesAt, textAt } from '../wire/xml.ts';

/** The states of those that exist. */
export async function alarmStates(
  moto: MotoClient,
  region: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, AlarmState>> {
  const asked = Object.fromEntries(names.map((name, index) => [`AlarmNames.member.${index + 1}`, name]));
  const answer = await moto.query({ service: 'monitoring', region, operation: 'DescribeAlarms' }, asked);
  const path = ['DescribeAlarmsResponse', 'DescribeAlarmsResult', 'MetricAlarms', 'member'];
  return new Map(
    nodesAt(answer, ...path).map((alarm) => [
      textAt(alarm, 'AlarmName') ?? '',
      stateOf(textAt(alarm, 'StateValue')),
    ]),
  );
}

function stateOf(text: string | undefined): AlarmState {
  return text === 'OK' || text === 'ALARM' ? text : 'INSUFFICIENT_DATA';
}
