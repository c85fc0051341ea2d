/** StartInstanceRefresh, DescribeInstanceRefreshes, CancelInstanceRefresh, RollbackInstanceRefresh. */

import { randomUUID } from 'node:crypto';
import {
  checkPreferences,
  effectivePreferences,
  type Preferences,
  type RequestedPreferences,
  SCALE_IN_PROTECTED,
  STANDBY,
} from '../../../../src/rollout/preferences.ts';
import { progressOf } from '../../../../src/rollout/refresh/progress.ts';
import type { RefreshState } from '../../../../src/rollout/refresh/state.ts';
import { AwsError } from '../aws-error.ts';
import type { Ec2Call } from '../ec2/action.ts';
import type { Params } from '../wire/params.ts';
import type { XmlElement } from '../wire/xml.ts';
import { encodeConfiguration, invalid, readConfiguration } from './configuration.ts';
import type { Group } from './model.ts';
import { keyOfGroup } from './model.ts';
import { pageOf } from './paging.ts';
import { endingWords, waitingWords } from './reasons.ts';
import { groupOf, type WorldOfGroups } from './world.ts';

export async function startRefresh(world: WorldOfGroups, call: Ec2Call): Promise<XmlElement> {
  const group = groupOf(world, call);
  const { params, region } = call;
  const strategy = params.text('Strategy') ?? 'Rolling';
  if (strategy !== 'Rolling') {
    throw new AwsError('UnsupportedOperation', `The rehearsal does not do the strategy ${strategy}.`);
  }
  const requested = readPreferences(params.structure('Preferences'));
  const [problem] = checkPreferences(requested);
  if (problem !== undefined) throw invalid(`${problem.key} ${problem.problem}`);
  const wanted = params.structure('DesiredConfiguration');
  const desired = wanted === undefined ? undefined : readConfiguration(world, region, wanted);
  const key = keyOfGroup(group);
  await world.autoScaling.tellAlarms(world, key, requested.alarms ?? []);
  const id = randomUUID();
  const preferences = effectivePreferences(requested, group);
  world.autoScaling.tell(world, key, { kind: 'start', id, desired, preferences });
  return { InstanceRefreshId: id };
}

export function cancelRefresh(world: WorldOfGroups, call: Ec2Call): XmlElement {
  const group = groupOf(world, call);
  const waitsForTransitions = call.params.flag('WaitForTransitioningInstances') ?? true;
  world.autoScaling.tell(world, keyOfGroup(group), { kind: 'cancel', waitsForTransitions });
  return { InstanceRefreshId: group.machine.refresh?.id };
}

export function rollbackRefresh(world: WorldOfGroups, call: Ec2Call): XmlElement {
  const group = groupOf(world, call);
  world.autoScaling.tell(world, keyOfGroup(group), { kind: 'rollback' });
  return { InstanceRefreshId: group.machine.refresh?.id };
}

export function describeRefreshes(world: WorldOfGroups, call: Ec2Call): XmlElement {
  const group = groupOf(world, call);
  const ids = call.params.list('InstanceRefreshIds.member');
  const now = group.machine.refresh;
  const all = [...(now === undefined ? [] : [now]), ...group.history].filter(
    ({ id }) => ids.length === 0 || ids.includes(id),
  );
  const { page, next } = pageOf(call.params, all, 50);
  const nowSeconds = world.autoScaling.clock.nowSeconds();
  return {
    InstanceRefreshes: page.map((refresh) => encodeRefresh(group, refresh, nowSeconds)),
    NextToken: next,
  };
}

function encodeRefresh(group: Group, refresh: RefreshState, nowSeconds: number): XmlElement {
  const { percentComplete, instancesToUpdate } = progressOf(group.machine, refresh, nowSeconds);
  const { desired, rollback } = refresh;
  return {
    InstanceRefreshId: refresh.id,
    AutoScalingGroupName: group.name,
    Status: refresh.status,
    StatusReason: endingWords(refresh) ?? waitingWords(group, refresh, nowSeconds),
    StartTime: new Date(refresh.startedAtSeconds * 1000),
    EndTime: refresh.endedAtSeconds === undefined ? undefined : new Date(refresh.endedAtSeconds * 1000),
    PercentageComplete: percentComplete,
    InstancesToUpdate: instancesToUpdate,
    Strategy: 'Rolling',
    Preferences: encodePreferences(refresh.preferences),
    DesiredConfiguration: desired === undefined ? undefined : encodeConfiguration(desired),
    RollbackDetails:
      rollback === undefined
        ? undefined
        : {
            RollbackReason: endingWords({ ...refresh, status: 'RollbackInProgress' }),
            RollbackStartTime: new Date(rollback.startedAtSeconds * 1000),
            PercentageCompleteOnRollback: rollback.progressAtStart.percentComplete,
            InstancesToUpdateOnRollback: rollback.progressAtStart.instancesToUpdate,
          },
  };
}

function readPreferences(params: Params | undefined): RequestedPreferences {
  if (params === undefined) return {};
  const alarms = params.structure('AlarmSpecification')?.list('Alarms.member');
  const percents = params.list('CheckpointPercentages.member').map(Number);
  return {
    minimumHealthyPercent: params.integer('MinHealthyPercentage'),
    maximumHealthyPercent: params.integer('MaxHealthyPercentage'),
    warmupSeconds: params.integer('InstanceWarmup'),
    checkpointPercents: percents.length === 0 ? undefined : percents,
    checkpointDelaySeconds: params.integer('CheckpointDelay'),
    skipMatching: params.flag('SkipMatching'),
    autoRollback: params.flag('AutoRollback'),
    scaleInProtected: oneOf(params, 'ScaleInProtectedInstances', SCALE_IN_PROTECTED),
    standby: oneOf(params, 'StandbyInstances', STANDBY),
    alarms,
    bakeSeconds: params.integer('BakeTime'),
  };
}

function oneOf<Value extends string>(
  params: Params,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const text = params.text(name);
  if (text === undefined) return undefined;
  const found = values.find((value) => value === text);
  if (found === undefined) throw invalid(`${name} must be one of ${values.join(', ')}`);
  return found;
}

function encodePreferences(preferences: Preferences): XmlElement {
  const hasCheckpoints = preferences.checkpointPercents.length > 0;
  return {
    MinHealthyPercentage: preferences.minimumHealthyPercent,
    MaxHealthyPercentage: preferences.maximumHealthyPercent,
    InstanceWarmup: preferences.warmupSeconds,
    CheckpointPercentages: hasCheckpoints ? preferences.checkpointPercents : undefined,
    CheckpointDelay: hasCheckpoints ? preferences.checkpointDelaySeconds : undefined,
    SkipMatching: preferences.skipMatching,
    AutoRollback: preferences.autoRollback,
    ScaleInProtectedInstances: preferences.scaleInProtected,
    StandbyInstances: preferences.standby,
    AlarmSpecification: preferences.alarms.length > 0 ? { Alarms: preferences.alarms } : undefined,
    BakeTime: preferences.bakeSeconds,
  };
}
