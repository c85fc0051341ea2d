/** Auto Scaling groups of the rehearsal: their settings, what the refresh model knows of them, their history. */

import type { MaintenancePolicy } from '../../../../src/rollout/model.ts';
import type { RefreshState, State } from '../../../../src/rollout/refresh/state.ts';

export interface GroupTag {
  readonly key: string;
  readonly value: string;
  readonly propagates: boolean;
}

/** An instance of a group as EC2 knows it. */
export interface Launched {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly availabilityZone: string;
}

export interface Activity {
  readonly id: string;
  readonly description: string;
  readonly cause: string;
  readonly startTime: Date;
  readonly endTime: Date | undefined;
  readonly status: 'InProgress' | 'Successful' | 'Failed' | 'Cancelled';
  readonly message: string;
}

export interface Group {
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  readonly minimumSize: number;
  readonly maximumSize: number;
  readonly healthCheckType: string;
  readonly healthCheckGraceSeconds: number;
  readonly defaultWarmupSeconds: number | undefined;
  readonly maintenancePolicy: MaintenancePolicy | undefined;
  /** Subnets that instances are spread over; none: the default ones of the zones. */
  readonly subnets: readonly string[];
  readonly zones: readonly string[];
  readonly suspendedProcesses: readonly string[];
  /** ARNs of load balancers' target groups. */
  readonly targetGroups: readonly string[];
  readonly tags: readonly GroupTag[];
  /** Its instances are named `launch-N` there: EC2 gives an id only once a launch is on its way. */
  readonly machine: State;
  /** When the machine was last told of the time. */
  readonly toldAtSeconds: number;
  /** By the machine's name. */
  readonly launched: ReadonlyMap<string, Launched>;
  /** Terminated by the machine before EC2 has given them an id. */
  readonly doomed: ReadonlySet<string>;
  /** What never becomes healthy in the target groups, by the machine's name. */
  readonly sick: ReadonlyMap<string, { readonly sinceSeconds: number; readonly reason: string }>;
  /** Newest first. */
  readonly activities: readonly Activity[];
  /** Refreshes before the machine's own, newest first. */
  readonly history: readonly RefreshState[];
}

export const PROCESSES = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
] as const;

/** What the engine knows a group by. */
export function keyOf(region: string, name: string): string {
  return `${region} ${name}`;
}

export function keyOfGroup({ region, name }: Group): string {
  return keyOf(region, name);
}
