/** SSM's commands as plain data, and what the door to them does. Types only. */

import type { ObjectAddress } from './s3.ts';
import type { Document } from './ssm-documents.ts';

/** An instance whose agent has spoken to SSM. One that is missing has no agent, or no role that lets it. */
export interface ManagedInstance {
  readonly id: string;
  readonly online: boolean;
  readonly lastSeenAt: string | undefined;
  /** `Debian GNU/Linux` */
  readonly platform: string;
}

export interface CommandRequest {
  readonly instanceIds: readonly string[];
  /** With its hash, no other content of that name is run. */
  readonly document: { readonly name: string; readonly sha256?: string };
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** Shown in SSM's console and history; 100 characters. */
  readonly comment?: string;
  /** How long an instance may take to fetch it; 30 s at least. */
  readonly deliverySeconds?: number;
  readonly maxConcurrency?: number;
  /** With one more, SSM sends it to no further instance. */
  readonly maxErrors?: number;
  readonly outputTo?: { readonly bucket: string; readonly prefix: string };
}

export type InvocationState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'not-delivered';

export interface Invocation {
  readonly instanceId: string;
  readonly state: InvocationState;
  /** In SSM's own words: `Execution Timed Out`. */
  readonly details: string;
  readonly steps: ReadonlyArray<{
    readonly name: string;
    readonly exitCode: number;
    /** At most 2,500 characters of stdout and stderr. */
    readonly output: string;
  }>;
}

export interface StepOutput {
  /** At most 24,000 characters. Untrusted, like all that a machine says. */
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  /** Where all of it is; undefined without `outputTo`. */
  readonly stdoutAt: ObjectAddress | undefined;
}

export interface Commands {
  managed(instanceIds: readonly string[]): Promise<ManagedInstance[]>;
  /** Its default version; undefined where there is none. */
  document(name: string): Promise<Document | undefined>;
  /** Returns the command's id. @throws Failed with the code `InvalidInstanceId` where SSM doesn't know one */
  send(request: CommandRequest): Promise<string>;
  invocations(commandId: string): Promise<Invocation[]>;
  /** `step`: its name in the document; `runShellScript` in AWS-RunShellScript. */
  output(commandId: string, instanceId: string, step: string): Promise<StepOutput>;
  cancel(commandId: string): Promise<void>;
  /** The commands that were sent since then, with a document whose name begins so. */
  history(documentPrefix: string, since: Date): Promise<SentCommand[]>;
  /** Makes a document, or its next version the one that is run. */
  install(name: string, content: string): Promise<void>;
  /** All versions but the one that is run: whoever may send a document may send any version of it. */
  removeOtherVersions(name: string): Promise<void>;
}

export interface SentCommand {
  readonly id: string;
  readonly document: string;
  readonly comment: string;
  /** Those that were named; none where they were chosen by a tag. */
  readonly instanceIds: readonly string[];
  readonly sentAtSeconds: number;
}
