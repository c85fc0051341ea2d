/** What the refresh model knows of a group, what happens to it, and what it wants done. Plain data. */

import type { AlarmState, Configuration, Health, LaunchTemplateRef, RefreshStatus } from '../model.ts';
import type { Preferences } from '../preferences.ts';

/** An instance of the group. Wait and proceed states count as the state that they belong to. */
export interface Member {
  readonly id: string;
  /** Position in the order of launches. */
  readonly sequence: number;
  readonly state: 'Pending' | 'InService' | 'Standby' | 'Terminating';
  readonly health: Health;
  readonly scaleInProtected: boolean;
  readonly instanceType: string | undefined;
  readonly launchTemplate: LaunchTemplateRef | undefined;
  /** When its warmup ends; undefined until it is in service. */
  readonly warmAtSeconds: number | undefined;
}

/** Why a refresh makes no progress. After an hour of it, it fails. */
export type Trouble =
  | 'launches fail'
  | 'instances are unhealthy'
  | 'protected'
  | 'standby'
  | 'too few healthy';

/** Why a refresh ended as it did, or was rolled back. */
export type Ending =
  | { readonly kind: 'trouble'; readonly trouble: Trouble }
  | { readonly kind: 'alarm'; readonly alarm: string }
  | { readonly kind: 'too long' }
  | { readonly kind: 'requirements' }
  | { readonly kind: 'asked' };

export interface RefreshState {
  readonly id: string;
  readonly status: RefreshStatus;
  readonly preferences: Preferences;
  /** Undefined: instances are replaced by ones of the group's own configuration. */
  readonly desired: Configuration | undefined;
  readonly startedAtSeconds: number;
  readonly endedAtSeconds: number | undefined;
  readonly ending: Ending | undefined;
  /** Instances from this position on were launched by the refresh. */
  readonly firstNew: number;
  readonly rollback: RollbackState | undefined;
  /** How many instances beyond the desired capacity there may be now. */
  readonly surge: number;
  /** How many of the checkpoints are behind. */
  readonly checkpointsPassed: number;
  /** End of a checkpoint's wait. */
  readonly pausedUntilSeconds: number | undefined;
  readonly bakingUntilSeconds: number | undefined;
  readonly trouble: { readonly kind: Trouble; readonly sinceSeconds: number } | undefined;
  /** How many new instances were ready when that was last looked at. */
  readonly readySeen: number;
  /** Of a cancelled one: whether it ends only when launches and terminations under way have. */
  readonly waitsForTransitions: boolean;
  /** How far it was when it ended. */
  readonly final: Progress | undefined;
}

/** As `DescribeInstanceRefreshes` counts it. */
export interface Progress {
  readonly percentComplete: number;
  readonly instancesToUpdate: number;
}

export interface RollbackState {
  readonly startedAtSeconds: number;
  /** Instances from this position on were launched by the rollback. */
  readonly firstBack: number;
  readonly progressAtStart: Progress;
  /** Instances that the refresh had launched. */
  readonly toReplaceAtStart: number;
}

/** A group, with the refresh that it had last. */
export interface State {
  readonly desiredCapacity: number;
  /** Saved on the group; a refresh's desired one takes its place when the refresh succeeds. */
  readonly configuration: Configuration;
  /** Of instances that are launched while no refresh is active. */
  readonly warmupSeconds: number;
  readonly newInstancesProtected: boolean;
  /** Whether the AMI of the saved configuration's template is an SSM parameter. */
  readonly imageIsParameter: boolean;
  readonly members: readonly Member[];
  readonly nextSequence: number;
  /** After a failed launch, none is tried before. */
  readonly launchRetryAtSeconds: number;
  /** Alarms that are not in it are OK. */
  readonly alarms: Readonly<Record<string, AlarmState>>;
  readonly refresh: RefreshState | undefined;
}

export type Event =
  /** Time has passed. */
  | { readonly kind: 'tick' }
  | {
      readonly kind: 'start';
      readonly id: string;
      readonly desired: Configuration | undefined;
      readonly preferences: Preferences;
    }
  | { readonly kind: 'cancel'; readonly waitsForTransitions: boolean }
  | { readonly kind: 'rollback' }
  /** What a launch became: a number for `$Latest`, one of a policy's instance types. */
  | {
      readonly kind: 'launched';
      readonly instance: string;
      readonly launchTemplate: LaunchTemplateRef;
      readonly instanceType: string;
    }
  /** A launch is through, with its lifecycle hooks. */
  | { readonly kind: 'in service'; readonly instance: string }
  | { readonly kind: 'launch failed'; readonly instance: string }
  /** It is gone, asked for or not. */
  | { readonly kind: 'terminated'; readonly instance: string }
  | { readonly kind: 'health'; readonly instance: string; readonly health: Health }
  | { readonly kind: 'protection'; readonly instance: string; readonly isOn: boolean }
  /** Entering it may lower the desired capacity, leaving it raises it again. */
  | {
      readonly kind: 'standby';
      readonly instance: string;
      readonly isOn: boolean;
      readonly desiredCapacity: number;
    }
  | { readonly kind: 'alarm'; readonly name: string; readonly state: AlarmState }
  | { readonly kind: 'capacity'; readonly desired: number };

export type Action =
  | { readonly kind: 'launch'; readonly instance: string; readonly configuration: Configuration }
  | { readonly kind: 'terminate'; readonly instance: string; readonly cause: TerminationCause }
  | { readonly kind: 'status'; readonly status: RefreshStatus }
  /** The highest percentage that has been reached, and when the wait that begins here ends. */
  | { readonly kind: 'checkpoint'; readonly percent: number; readonly untilSeconds: number }
  /** The group's configuration is this one from now on. */
  | { readonly kind: 'save'; readonly configuration: Configuration };

export type TerminationCause = 'refresh' | 'unhealthy' | 'capacity';

/** Why a call is refused, by AWS's names. */
export interface Refusal {
  readonly code:
    | 'InstanceRefreshInProgress'
    | 'ActiveInstanceRefreshNotFound'
    | 'IrreversibleInstanceRefresh'
    | 'ValidationError';
  readonly message: string;
}
