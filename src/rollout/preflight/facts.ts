/** What a preflight knows: gathered once, before anything is changed. Plain data. */

import type { ImageState } from '../../plan/decide.ts';
import type { Check } from '../checks/model.ts';
import type { AlarmState, Group, LaunchTemplateRef, Refresh } from '../model.ts';
import type { GuardMetric } from '../plan/guard-alarm.ts';
import type { Preferences, RequestedPreferences } from '../preferences.ts';

/** A version of a launch template, as far as a rollout looks at it. */
export interface TemplateVersion {
  /** Its version is a number, also where the group says `$Latest`. */
  readonly ref: LaunchTemplateRef;
  /** `ami-…`, or `resolve:ssm:NAME`. */
  readonly imageId: string;
  /** Undefined: every override brings one. */
  readonly instanceType: string | undefined;
  readonly requiresImdsV2: boolean;
}

/** The image that is rolled out. */
export interface TargetImage {
  readonly id: string;
  /** The state of EC2's: `available`, `pending`, … */
  readonly availability: string;
  /** The state that bake gave it; undefined for an image of someone else's. */
  readonly state: ImageState | undefined;
  readonly architecture: string;
}

export interface Facts {
  readonly region: string;
  readonly group: Group;
  /** The version that the group launches from; undefined where it has a launch configuration, or none is there. */
  readonly template: TemplateVersion | undefined;
  /** Undefined: this account sees no such image in this region. */
  readonly image: TargetImage | undefined;
  /** The architectures of each instance type that the group may launch; none for a type that is unknown. */
  readonly architectures: ReadonlyMap<string, readonly string[]>;
  /** The one that has not ended, with the image that it rolls out. */
  readonly activeRefresh: (Refresh & { readonly imageId: string | undefined }) | undefined;
  /** The state of each alarm of the preferences; undefined for one that does not exist. */
  readonly alarms: ReadonlyMap<string, AlarmState | undefined>;
  /** Actions that the caller may not do: `autoscaling:StartInstanceRefresh`. */
  readonly denied: readonly string[];
}

/** What the user wants of this group. */
export interface Wanted {
  readonly imageId: string;
  readonly allowCandidate: boolean;
  /** In a rehearsal nothing is ever golden. */
  readonly isRehearsal: boolean;
  /** `--pin`: the group is moved to the number that `$Latest` or `$Default` stands for first. */
  readonly pin: boolean;
  /** `--require-imdsv2`: in so many words, never slipped in. */
  readonly requireImdsV2: boolean;
  readonly requested: RequestedPreferences;
  /** What the refresh will run with. */
  readonly preferences: Preferences;
  readonly checks: readonly Check[];
  /** What bake makes an alarm of; undefined: none. */
  readonly guard: GuardMetric | undefined;
  /** Who else changes the group, as the fleet file says. */
  readonly managedBy: Manager | undefined;
  /** The SSM parameter that a promotion of this role's images writes; undefined: the fleet file names none. */
  readonly parameter: string | undefined;
}

export const MANAGERS = ['cloudformation', 'terraform'] as const;
export type Manager = (typeof MANAGERS)[number];

/** `stop`: nothing is started. `warning`: it can go wrong. `note`: good to know. */
export type Level = 'stop' | 'warning' | 'note';

export interface Finding {
  /** What it is about, for machines: `launch-configuration`. */
  readonly id: string;
  readonly level: Level;
  /** One sentence without a final full stop. May hold names that others chose. */
  readonly problem: string;
  /** What to do about it. */
  readonly remedy: string;
}

export function finding(level: Level, id: string, problem: string, remedy: string): Finding {
  return { id, level, problem, remedy };
}

/** `3 instances`, `1 instance` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
