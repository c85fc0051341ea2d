/** The flags of rollouts, and what they say of preferences. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { secondsOf } from '../fleet/duration.ts';
import type { RequestedPreferences } from '../rollout/preferences.ts';
import { addFleetFile, type FleetOptions } from './fleet-options.ts';

/** Which groups a command is about. */
export interface GroupOptions extends FleetOptions {
  readonly role: readonly string[];
  readonly group: readonly string[];
  readonly rehearse: boolean;
}

export interface RolloutOptions extends GroupOptions {
  readonly image?: string;
  readonly allowCandidate: boolean;
  readonly pin: boolean;
  readonly requireImdsv2: boolean;
  readonly dryRun: boolean;
  readonly wait: boolean;
  /** `--no-checks` */
  readonly checks: boolean;
  readonly minHealthy?: number;
  readonly maxHealthy?: number;
  readonly warmup?: number;
  readonly checkpoints?: readonly number[];
  readonly checkpointDelay?: number;
  readonly bakeTime?: number;
  readonly skipMatching?: boolean;
  readonly autoRollback?: boolean;
  readonly scaleInProtected?: 'Refresh' | 'Ignore' | 'Wait';
  readonly standby?: 'Terminate' | 'Ignore' | 'Wait';
  readonly alarm?: readonly string[];
}

export function addGroups(command: Command): Command {
  return addFleetFile(command)
    .addOption(new Option('--role <name...>', 'roles whose groups are meant').default([]))
    .addOption(new Option('--group <name...>', 'groups that are meant').default([]))
    .option('--rehearse', 'on the AWS that runs on this machine', false);
}

export function addRolloutFlags(command: Command): Command {
  return addGroups(command)
    .option('--image <ami>', 'this image instead of the newest golden one')
    .option('--allow-candidate', 'also an image that was not verified', false)
    .option('--pin', 'first move a group from $Latest or $Default to the number behind it', false)
    .option('--require-imdsv2', 'require IMDSv2 in the launch template too', false)
    .option('--dry-run', 'change nothing: show what would be done, and what would happen', false)
    .option('--no-wait', 'start, and do not watch')
    .option('--no-checks', 'without the checks of the fleet file')
    .addOption(number('--min-healthy <percent>', 'percentage that stays healthy'))
    .addOption(number('--max-healthy <percent>', 'percentage that may run at once'))
    .addOption(wait('--warmup <time>', 'how long a new instance warms up'))
    .addOption(
      new Option('--checkpoints <percents>', 'where to wait: 10,50,100').argParser((text) =>
        text.split(',').map(wholeNumber),
      ),
    )
    .addOption(wait('--checkpoint-delay <time>', 'how long to wait there; AWS then goes on by itself'))
    .addOption(wait('--bake-time <time>', 'how long to wait at the end'))
    .option('--skip-matching', 'leave alone what has the new version')
    .option('--no-skip-matching', 'replace also what has the new version')
    .option('--auto-rollback', 'go back where it fails')
    .option('--no-auto-rollback', 'do not go back where it fails')
    .addOption(choice('--scale-in-protected <what>', 'protected instances', ['Refresh', 'Ignore', 'Wait']))
    .addOption(choice('--standby <what>', 'instances in standby', ['Terminate', 'Ignore', 'Wait']))
    .option('--alarm <name...>', 'CloudWatch alarms that fail it');
}

/** The preferences of a role with what the flags say. */
export function withFlags(preferences: RequestedPreferences, options: RolloutOptions): RequestedPreferences {
  const flags: RequestedPreferences = {
    minimumHealthyPercent: options.minHealthy,
    maximumHealthyPercent: options.maxHealthy,
    warmupSeconds: options.warmup,
    checkpointPercents: options.checkpoints,
    checkpointDelaySeconds: options.checkpointDelay ?? delayOf(preferences, options),
    bakeSeconds: options.bakeTime,
    skipMatching: options.skipMatching,
    autoRollback: options.autoRollback,
    scaleInProtected: options.scaleInProtected,
    standby: options.standby,
    alarms: options.alarm,
  };
  const said = Object.entries(flags).filter(([, value]) => value !== undefined);
  return { ...preferences, ...Object.fromEntries(said) };
}

/** At a checkpoint that a flag asks for, AWS would wait for an hour in silence. */
function delayOf({ checkpointDelaySeconds }: RequestedPreferences, { checkpoints }: RolloutOptions) {
  return checkpoints === undefined ? undefined : (checkpointDelaySeconds ?? 900);
}

function number(flags: string, description: string): Option {
  return new Option(flags, description).argParser(wholeNumber);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function wait(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => {
    if (/^(0|[1-9]\d{0,5})[smhd]$/.test(text)) return secondsOf(text);
    throw new InvalidArgumentError('It must be a duration: 0s, 90s, 10m or 6h.');
  });
}

/** Taken in lower case, as the fleet file writes it. */
function choice(flags: string, description: string, values: readonly string[]): Option {
  const words = values.map((value) => value.toLowerCase());
  return new Option(flags, `${description}: ${words.join(', ')}`).argParser((text) => {
    const value = values.find((one) => one.toLowerCase() === text);
    if (value !== undefined) return value;
    throw new InvalidArgumentError(`It must be one of ${words.join(', ')}.`);
  });
}
