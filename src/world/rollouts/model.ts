/** What the door to rollouts does. Types only. */

import type { AlarmState, Configuration, Group, Refresh } from '../../rollout/model.ts';
import type { AlarmRequest } from '../../rollout/plan/guard-alarm.ts';
import type { TemplateVersions, VersionRequest } from '../../rollout/plan/version.ts';
import type { RequestedPreferences } from '../../rollout/preferences.ts';
import type { TargetImage } from '../../rollout/preflight/facts.ts';
import type { ScalingActivity, TargetHealth } from '../../rollout/watch/model.ts';

export interface RolloutImage extends TargetImage {
  readonly name: string;
  /** The role that bake made it for. */
  readonly role: string | undefined;
}

/** A launch from a template, with another image. */
export interface Launch {
  readonly templateId: string;
  readonly version: number;
  readonly imageId: string;
}

export interface Rollouts {
  /** An image of anyone's that this account may launch; undefined where it sees none. */
  image(imageId: string): Promise<RolloutImage | undefined>;
  /** Those of the names that there are; 50 names are one call. */
  groups(names: readonly string[]): Promise<Group[]>;
  /** All that have every one of these tags. */
  groupsTagged(tags: Readonly<Record<string, string>>): Promise<Group[]>;
  /** The newest ones, newest first. */
  refreshes(group: string): Promise<Refresh[]>;
  /** The newest hundred, newest first. */
  activities(group: string): Promise<ScalingActivity[]>;
  /** What a load balancer says of every instance in a target group, which its ARN names. */
  targetHealth(targetGroup: string): Promise<TargetHealth[]>;
  /** All versions of a template; `$Latest` and `$Default` are among them. */
  versions(templateId: string): Promise<TemplateVersions>;
  /** The architectures of each of these instance types. */
  architectures(types: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** The state of each of these alarms; undefined for one that does not exist. */
  alarms(names: readonly string[]): Promise<ReadonlyMap<string, AlarmState | undefined>>;
  /** Makes an alarm, or has it take the place of one of the same name. */
  putAlarm(request: AlarmRequest): Promise<void>;
  deleteAlarm(name: string): Promise<void>;
  /**
   * The actions among those needed that are denied. Only EC2 can be asked without doing anything: for a version
   * of the template, and for a launch of the image from it, which Auto Scaling asks of who starts a refresh.
   */
  denied(launch: Launch): Promise<string[]>;
  /** Returns the number of the version. */
  createVersion(request: VersionRequest): Promise<number>;
  /** Returns the id of the refresh. */
  start(group: string, desired: Configuration, requested: RequestedPreferences): Promise<string>;
  cancel(group: string): Promise<void>;
  rollBack(group: string): Promise<void>;
  /** Puts tags on the group that its instances don't get. */
  tag(group: string, tags: ReadonlyMap<string, string>): Promise<void>;
  /** Moves the group to another configuration, without replacing anything. */
  set(group: string, configuration: Configuration): Promise<void>;
}
