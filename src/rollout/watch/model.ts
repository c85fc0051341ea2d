/** What is seen of a group while its refresh runs. Plain data. */

import type { Group, Refresh } from '../model.ts';

export interface ScalingActivity {
  readonly id: string;
  readonly description: string;
  /** Why it failed, in AWS's words: untrusted text. */
  readonly message: string;
  /** Why it was begun, in AWS's words: `At … an instance was taken out of service in response to an ELB …` */
  readonly cause: string;
  readonly outcome: 'running' | 'done' | 'failed';
  readonly startedAtSeconds: number;
  readonly endedAtSeconds: number | undefined;
}

/** What a load balancer says of one instance. */
export interface TargetHealth {
  /** The name of the target group. */
  readonly targetGroup: string;
  readonly instanceId: string;
  /** `initial`, `healthy`, `unhealthy`, `unused`, `draining`, … */
  readonly state: string;
  /** `Target.ResponseCodeMismatch`, … Empty where it is healthy. */
  readonly reason: string;
  /** The same in AWS's words: untrusted text. */
  readonly description: string;
}

/** One look at a group. */
export interface Look {
  readonly refresh: Refresh;
  readonly group: Group;
  /** Those since the refresh began; looked at only while something hangs. */
  readonly activities: readonly ScalingActivity[];
  /** Of the instances that the refresh has launched; looked at only while something hangs. */
  readonly targets: readonly TargetHealth[];
}

/** Something to say. */
export interface News {
  readonly level: 'info' | 'warning';
  readonly text: string;
}
