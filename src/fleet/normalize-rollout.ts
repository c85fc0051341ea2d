/** How images roll out: the role's settings, the fleet's, and what bake asks for unless told otherwise. Pure. */

import type { Check } from '../rollout/checks/model.ts';
import type { GuardMetric } from '../rollout/plan/guard-alarm.ts';
import type { RequestedPreferences } from '../rollout/preferences.ts';
import type { Waves } from '../rollout/waves.ts';
import { secondsOf } from './duration.ts';
import type { RolloutSettings } from './model.ts';
import type { FleetFile } from './schema.ts';

/** What the fleet and a role can both say. */
export type RolloutFile = FleetFile['roles'][string]['rollout'];

/** As AWS writes them. */
const SCALE_IN = { refresh: 'Refresh', ignore: 'Ignore', wait: 'Wait' } as const;
const STANDBY = { terminate: 'Terminate', ignore: 'Ignore', wait: 'Wait' } as const;

/** At a checkpoint AWS would wait for an hour in silence. */
const DEFAULT_DELAY = '15m';

export function normalizeRollout(role: RolloutFile, fleet: RolloutFile): RolloutSettings {
  const merged = { ...fleet, ...withoutAbsent(role) };
  return {
    preferences: preferencesOf(merged),
    managedBy: merged.managed_by,
    checks: checksOf(merged),
    guard: guardOf(merged),
  };
}

export function normalizeWaves(file: FleetFile['rollout']['waves']): Waves | undefined {
  return file && { canary: file.canary, atOnce: file.at_once, undo: file.undo };
}

const STATISTIC = {
  sum: 'Sum',
  average: 'Average',
  maximum: 'Maximum',
  minimum: 'Minimum',
  sample_count: 'SampleCount',
} as const;

function guardOf({ guard }: RolloutFile): GuardMetric | undefined {
  if (guard === undefined) return undefined;
  const { namespace, metric, statistic, above, period } = guard;
  return { namespace, metric, statistic: STATISTIC[statistic], above, periodSeconds: secondsOf(period) };
}

export function checksOf({ checks = [], alert_check: alerts }: RolloutFile): Check[] {
  const commands = checks.map(({ name, run, time_limit: limit }) => ({
    kind: 'command' as const,
    name,
    run,
    limitSeconds: secondsOf(limit),
  }));
  if (alerts === undefined) return commands;
  const { level, time_limit: limit } = alerts;
  return [...commands, { kind: 'alerts', name: 'alerts', level, limitSeconds: secondsOf(limit) }];
}

/** What a rollout asks for; what is undefined is the group's own or AWS's default. */
export function preferencesOf(file: RolloutFile): RequestedPreferences {
  const { checkpoints, checkpoint_delay: delay } = file;
  return {
    minimumHealthyPercent: file.minimum_healthy,
    maximumHealthyPercent: file.maximum_healthy,
    warmupSeconds: seconds(file.warmup),
    checkpointPercents: checkpoints,
    checkpointDelaySeconds: checkpoints === undefined ? seconds(delay) : secondsOf(delay ?? DEFAULT_DELAY),
    skipMatching: file.skip_matching ?? true,
    autoRollback: file.auto_rollback ?? true,
    scaleInProtected: file.scale_in_protected && SCALE_IN[file.scale_in_protected],
    standby: file.standby && STANDBY[file.standby],
    alarms: file.alarms,
    bakeSeconds: seconds(file.bake_time),
  };
}

function seconds(text: string | undefined): number | undefined {
  return text === undefined ? undefined : secondsOf(text);
}

function withoutAbsent(file: RolloutFile): Partial<RolloutFile> {
  return Object.fromEntries(Object.entries(file).filter(([, value]) => value !== undefined));
}
