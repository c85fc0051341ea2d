/** SSM's commands as the rehearsal keeps them. A change puts a new record in the place of the old one. */

/** With its details, as SSM words both. */
export interface Standing {
  readonly status: 'Pending' | 'InProgress' | 'Success' | 'Failed' | 'TimedOut' | 'Cancelling' | 'Cancelled';
  readonly details: string;
}

export const PENDING: Standing = { status: 'Pending', details: 'Pending' };
export const IN_PROGRESS: Standing = { status: 'InProgress', details: 'InProgress' };
export const SUCCESS: Standing = { status: 'Success', details: 'Success' };
export const FAILED: Standing = { status: 'Failed', details: 'Failed' };
export const CANCELLED: Standing = { status: 'Cancelled', details: 'Cancelled' };
/** The command has met more errors than it may. */
export const TERMINATED: Standing = { status: 'Cancelled', details: 'Terminated' };
export const UNDELIVERED: Standing = { status: 'TimedOut', details: 'Delivery Timed Out' };
export const UNDELIVERABLE: Standing = { status: 'Failed', details: 'Undeliverable' };
export const OUT_OF_TIME: Standing = { status: 'TimedOut', details: 'Execution Timed Out' };

/** What a step of a document has come to on an instance. */
export interface StepResult {
  readonly name: string;
  /** `aws:runShellScript` */
  readonly action: string;
  readonly standing: Standing;
  /** The script's exit code; -1 where it has not ended by itself. */
  readonly responseCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** Where in S3 its whole output is, without `/stdout`; undefined where the command names no bucket. */
  readonly output: { readonly bucket: string; readonly prefix: string } | undefined;
}

export interface Invocation {
  readonly instanceId: string;
  readonly standing: Standing;
  readonly steps: readonly StepResult[];
}

export interface Command {
  readonly id: string;
  readonly region: string;
  readonly document: { readonly name: string; readonly version: string };
  readonly comment: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly instanceIds: readonly string[];
  readonly targets: ReadonlyArray<{ readonly Key: string; readonly Values: readonly string[] }>;
  readonly requestedAt: Date;
  /** How long an instance may take to fetch it. */
  readonly deliverySeconds: number;
  /** As asked for: a number or a percentage. */
  readonly maxConcurrency: string;
  readonly maxErrors: string;
  readonly output: { readonly bucket: string; readonly prefix: string } | undefined;
  readonly invocations: ReadonlyMap<string, Invocation>;
}

export function hasEnded({ status }: Standing): boolean {
  return status !== 'Pending' && status !== 'InProgress' && status !== 'Cancelling';
}
