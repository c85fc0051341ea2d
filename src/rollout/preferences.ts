/**
 * The preferences of an instance refresh: what can be asked for, its documented ranges, and what holds
 * where nothing was asked for. Pure. Ranges and defaults: {@link SOURCES} `preferences`, `defaults`.
 */

import type { Group } from './model.ts';

export const SCALE_IN_PROTECTED = ['Refresh', 'Ignore', 'Wait'] as const;
export const STANDBY = ['Terminate', 'Ignore', 'Wait'] as const;

export interface Preferences {
  /** 0 to 100 percent of the desired capacity that stay in service, healthy and warmed up. */
  readonly minimumHealthyPercent: number;
  /**
   * 100 to 200 percent of the desired capacity that may be there at once. Undefined is not the same as 100:
   * an instance is then terminated together with the launch of its replacement, however few there are.
   */
  readonly maximumHealthyPercent: number | undefined;
  /** From an instance's entering service until it counts. */
  readonly warmupSeconds: number;
  /** Rising, each 1 to 100; empty for none. A last one below 100 ends the refresh there. */
  readonly checkpointPercents: readonly number[];
  /** 0 to 172800. */
  readonly checkpointDelaySeconds: number;
  readonly skipMatching: boolean;
  readonly autoRollback: boolean;
  readonly scaleInProtected: (typeof SCALE_IN_PROTECTED)[number];
  readonly standby: (typeof STANDBY)[number];
  /** Names of CloudWatch alarms, 10 at most. */
  readonly alarms: readonly string[];
  /** 0 to 172800. */
  readonly bakeSeconds: number;
}

/** What was asked for; the rest is for the group's settings and the API's defaults to say. */
export type RequestedPreferences = { readonly [Key in keyof Preferences]?: Preferences[Key] | undefined };

const DAYS_2 = 172_800;
const MOST_ALARMS = 10;

/** The preferences that a refresh of `group` runs with, as AWS fills in what was not asked for. */
export function effectivePreferences(
  requested: RequestedPreferences,
  group: Pick<Group, 'maintenancePolicy' | 'defaultWarmupSeconds' | 'healthCheckGraceSeconds'>,
): Preferences {
  const policy = group.maintenancePolicy;
  return {
    minimumHealthyPercent: requested.minimumHealthyPercent ?? policy?.minimumHealthyPercent ?? 90,
    maximumHealthyPercent: requested.maximumHealthyPercent ?? policy?.maximumHealthyPercent,
    warmupSeconds: requested.warmupSeconds ?? group.defaultWarmupSeconds ?? group.healthCheckGraceSeconds,
    checkpointPercents: requested.checkpointPercents ?? [],
    checkpointDelaySeconds: requested.checkpointDelaySeconds ?? 3600,
    skipMatching: requested.skipMatching ?? false,
    autoRollback: requested.autoRollback ?? false,
    scaleInProtected: requested.scaleInProtected ?? 'Wait',
    standby: requested.standby ?? 'Wait',
    alarms: requested.alarms ?? [],
    bakeSeconds: requested.bakeSeconds ?? 0,
  };
}

/** What people call them: the key of the fleet file, and the flag. */
export const PREFERENCE_NAMES: Readonly<Record<keyof Preferences, string>> = {
  minimumHealthyPercent: 'minimum_healthy (--min-healthy)',
  maximumHealthyPercent: 'maximum_healthy (--max-healthy)',
  warmupSeconds: 'warmup (--warmup)',
  checkpointPercents: 'checkpoints (--checkpoints)',
  checkpointDelaySeconds: 'checkpoint_delay (--checkpoint-delay)',
  skipMatching: 'skip_matching (--skip-matching)',
  autoRollback: 'auto_rollback (--auto-rollback)',
  scaleInProtected: 'scale_in_protected (--scale-in-protected)',
  standby: 'standby (--standby)',
  alarms: 'alarms (--alarm)',
  bakeSeconds: 'bake_time (--bake-time)',
};

export interface PreferenceProblem {
  readonly key: keyof Preferences;
  /** Completes "KEY …": `must be 0 to 100`. */
  readonly problem: string;
}

/** Everything about `requested` that AWS would refuse, whatever the group. */
export function checkPreferences(requested: RequestedPreferences): PreferenceProblem[] {
  return [
    ...outside(requested, 'minimumHealthyPercent', 0, 100),
    ...outside(requested, 'maximumHealthyPercent', 100, 200),
    ...outside(requested, 'warmupSeconds', 0),
    ...outside(requested, 'checkpointDelaySeconds', 0, DAYS_2),
    ...outside(requested, 'bakeSeconds', 0, DAYS_2),
    ...checkpoints(requested),
    ...together(requested),
    ...alarms(requested.alarms ?? []),
  ];
}

type NumberKey = {
  [Key in keyof Preferences]: Preferences[Key] extends number | undefined ? Key : never;
}[keyof Preferences];

function outside(
  requested: RequestedPreferences,
  key: NumberKey,
  least: number,
  most = Number.POSITIVE_INFINITY,
): PreferenceProblem[] {
  const value = requested[key];
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return [];
  const range = most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} to ${most}`;
  return [{ key, problem: `must be a whole number, ${range}` }];
}

function checkpoints({
  checkpointPercents: percents,
  checkpointDelaySeconds: delay,
}: RequestedPreferences): PreferenceProblem[] {
  const problem = (text: string): PreferenceProblem => ({ key: 'checkpointPercents', problem: text });
  if (percents === undefined || percents.length === 0) {
    return delay === undefined
      ? []
      : [{ key: 'checkpointDelaySeconds', problem: 'needs checkpoint percentages' }];
  }
  if (!percents.every((percent) => Number.isInteger(percent) && percent >= 1 && percent <= 100)) {
    return [problem('must be whole numbers, each 1 to 100')];
  }
  const rises = percents.every((percent, index) => index === 0 || percent > (percents[index - 1] ?? 0));
  return rises ? [] : [problem('must rise, each one different')];
}

function together(requested: RequestedPreferences): PreferenceProblem[] {
  const { minimumHealthyPercent: minimum, maximumHealthyPercent: maximum } = requested;
  if (maximum === undefined) return [];
  if (minimum === undefined) {
    return [
      { key: 'maximumHealthyPercent', problem: 'needs the minimum healthy percentage to be given too' },
    ];
  }
  if (maximum - minimum <= 100) return [];
  return [{ key: 'maximumHealthyPercent', problem: 'must be at most 100 above the minimum' }];
}

function alarms(names: readonly string[]): PreferenceProblem[] {
  const problem = (text: string): PreferenceProblem => ({ key: 'alarms', problem: text });
  return [
    ...(names.length > MOST_ALARMS ? [problem(`must be ${MOST_ALARMS} at most`)] : []),
    ...(names.includes('') ? [problem('must not be empty')] : []),
    ...(new Set(names).size < names.length ? [problem('must differ from each other')] : []),
  ];
}
