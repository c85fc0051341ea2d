/** Checks on the way of a rollout: what the fleet file asks for, where they run, what they say. Plain data. */

/** A command of the user's own: passed where it exits with 0. */
export interface CommandCheck {
  readonly kind: 'command';
  readonly name: string;
  /** For `/bin/sh -c`, in the folder of the fleet file. */
  readonly run: string;
  readonly limitSeconds: number;
}

/** Alerts of OSSEC on the new instances, read through SSM: passed where there is none of that level or above. */
export interface AlertCheck {
  readonly kind: 'alerts';
  readonly name: string;
  readonly level: number;
  readonly limitSeconds: number;
}

export type Check = CommandCheck | AlertCheck;

/** Where the rollout stands when checks run. */
export interface CheckPlace {
  readonly group: string;
  readonly region: string;
  readonly refreshId: string;
  readonly imageId: string;
  readonly stage: Stage;
  /** Ids of the instances that are new, in service and healthy. */
  readonly instances: readonly string[];
}

/** A refresh that waits: at a checkpoint, or in its bake time. */
export interface Stage {
  readonly kind: 'checkpoint' | 'bake';
  /** Of the checkpoint; 100 in the bake time. */
  readonly percent: number;
}

export interface CheckResult {
  readonly passed: boolean;
  /** Why it failed, in a few words: untrusted text. Empty where it passed. */
  readonly why: string;
}
