/**
 * What a rollout is about: groups, their instances, launch templates, refreshes. Plain data, as AWS
 * describes it, with units in the names. Times are seconds since the epoch, durations are seconds.
 */

export interface LaunchTemplateRef {
  /** `lt-…` */
  readonly id: string;
  readonly name: string;
  /** A number as text, `$Latest` or `$Default`. */
  readonly version: string;
}

/** One entry of a mixed instances policy; what AWS adds to it later travels along in `rest`. */
export interface Override {
  readonly instanceType: string | undefined;
  /** How many units of capacity an instance of this type counts as. */
  readonly weight: number | undefined;
  readonly imageId: string | undefined;
  readonly launchTemplate: LaunchTemplateRef | undefined;
  /** Attribute-based: any type that has the attributes. */
  readonly hasRequirements: boolean;
  readonly rest: Readonly<Record<string, unknown>>;
}

/** How a group spreads its instances. `distribution` is passed on as AWS gave it, and never looked into. */
export interface MixedInstances {
  readonly overrides: readonly Override[];
  readonly distribution: Readonly<Record<string, unknown>>;
}

/** What a group launches instances from. */
export interface Configuration {
  readonly launchTemplate: LaunchTemplateRef;
  /** Undefined: the launch template alone. */
  readonly mixed: MixedInstances | undefined;
}

/** As `DescribeAutoScalingGroups` names them, but for those of a warm pool. */
export const LIFECYCLE_STATES = [
  'Pending',
  'Pending:Wait',
  'Pending:Proceed',
  'InService',
  'EnteringStandby',
  'Standby',
  'Terminating',
  'Terminating:Wait',
  'Terminating:Proceed',
  'Terminated',
  'Detaching',
  'Detached',
] as const;
export type LifecycleState = (typeof LIFECYCLE_STATES)[number];

export type Health = 'Healthy' | 'Unhealthy';

export interface Instance {
  /** `i-…` */
  readonly id: string;
  readonly instanceType: string;
  readonly availabilityZone: string;
  readonly lifecycle: LifecycleState;
  readonly health: Health;
  readonly scaleInProtected: boolean;
  /** Undefined where it came from a launch configuration. The version is always a number. */
  readonly launchTemplate: LaunchTemplateRef | undefined;
  /** Undefined where only `DescribeInstances` knows. */
  readonly launchedAtSeconds: number | undefined;
}

/** The band that a group keeps to whenever its instances are replaced. */
export interface MaintenancePolicy {
  readonly minimumHealthyPercent: number;
  readonly maximumHealthyPercent: number;
}

export interface Group {
  readonly name: string;
  readonly minimumSize: number;
  readonly maximumSize: number;
  readonly desiredCapacity: number;
  /** Undefined: the group still has a launch configuration. */
  readonly configuration: Configuration | undefined;
  readonly instances: readonly Instance[];
  readonly healthCheckGraceSeconds: number;
  /** Undefined: not set. */
  readonly defaultWarmupSeconds: number | undefined;
  readonly maintenancePolicy: MaintenancePolicy | undefined;
  readonly newInstancesProtected: boolean;
  readonly suspendedProcesses: readonly string[];
  /** ARNs of the load balancers' target groups that its instances are registered in. */
  readonly targetGroups: readonly string[];
  readonly hasWarmPool: boolean;
  /** Set while the group is being deleted. */
  readonly isBeingDeleted: boolean;
  /** The service that alone may change the group; undefined for all but a few. */
  readonly operator: string | undefined;
  readonly tags: ReadonlyMap<string, string>;
}

export const REFRESH_STATUSES = [
  'Pending',
  'InProgress',
  'Baking',
  'Successful',
  'Failed',
  'Cancelling',
  'Cancelled',
  'RollbackInProgress',
  'RollbackSuccessful',
  'RollbackFailed',
] as const;
export type RefreshStatus = (typeof REFRESH_STATUSES)[number];

const ENDED: ReadonlySet<RefreshStatus> = new Set([
  'Successful',
  'Failed',
  'Cancelled',
  'RollbackSuccessful',
  'RollbackFailed',
]);

/** Whether a refresh with this status is over. */
export function hasEnded(status: RefreshStatus): boolean {
  return ENDED.has(status);
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** A refresh as `DescribeInstanceRefreshes` tells of it. */
export interface Refresh {
  readonly id: string;
  readonly status: RefreshStatus;
  /** AWS's own words; empty where it gave none. */
  readonly reason: string;
  readonly startedAtSeconds: number | undefined;
  readonly endedAtSeconds: number | undefined;
  /** 0 to 100; counts an instance once it is healthy and warmed up, and falls during a rollback. */
  readonly percentComplete: number;
  readonly instancesToUpdate: number;
  readonly desired: Configuration | undefined;
  /** Undefined unless it has been rolled back, or is. */
  readonly rollbackReason: string | undefined;
}
