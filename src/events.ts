/**
 * What happens while a command runs, as values. Only `report/` turns them into text.
 * Every text that comes from a machine or from Packer is untrusted: `report/` quotes it.
 */

import type { Failure, SourceLocation } from './failure.ts';
import type { Wave } from './instances/push/waves.ts';
import type { VerifyReport } from './verify/model.ts';

/** What a builder is doing; the order is that of a bake. */
export type Phase = 'launch' | 'ssh' | 'step' | 'stop' | 'image' | 'clean-up';

export type ImageOutcome =
  | { readonly kind: 'baked'; readonly imageId: string; readonly imageName: string; readonly state: string }
  | {
      readonly kind: 'up-to-date';
      readonly imageId: string;
      readonly imageName: string;
      readonly state: string;
    }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'not-started'; readonly reason: string };

export type BakeEvent =
  /** Something is being prepared on this machine: a program built, a server started. */
  | { readonly type: 'setup.started'; readonly item: string; readonly detail: string }
  | { readonly type: 'setup.progress'; readonly item: string; readonly detail: string }
  | { readonly type: 'setup.finished'; readonly item: string; readonly detail: string }
  | {
      readonly type: 'notice';
      readonly level: 'info' | 'warning';
      readonly text: string;
      readonly remedy?: string;
      /** What in a file of the user's it is about. */
      readonly place?: SourceLocation;
    }
  | {
      readonly type: 'run.started';
      readonly runId: string;
      readonly fleet: string;
      readonly rehearsal: boolean;
      readonly images: readonly string[];
    }
  | { readonly type: 'image.started'; readonly image: string; readonly log: string }
  /** `step` is the step's id while `phase` is `step`. */
  | { readonly type: 'image.phase'; readonly image: string; readonly phase: Phase; readonly step?: string }
  /** One line that a step or Packer printed. */
  | { readonly type: 'image.output'; readonly image: string; readonly text: string }
  /** Packer is silent, and AWS doesn't answer as it should: why, and what to do. */
  | {
      readonly type: 'image.stalled';
      readonly image: string;
      readonly problem: string;
      readonly remedy: string;
    }
  | {
      readonly type: 'image.finished';
      readonly image: string;
      readonly outcome: ImageOutcome;
      readonly milliseconds: number;
    }
  /** A finished image is booted to prove it. */
  | {
      readonly type: 'verify.started';
      readonly image: string;
      readonly imageId: string;
      readonly log: string;
    }
  /** `page` is the path of the report as a page of HTML. */
  | {
      readonly type: 'verify.finished';
      readonly image: string;
      readonly report: VerifyReport;
      readonly page: string;
    }
  /** What nobody is asked about, as `--yes` has agreed to it; `lines` for people, quoted. */
  | { readonly type: 'push.planned'; readonly plan: unknown; readonly lines: readonly string[] }
  | ({ readonly type: 'push.wave' } & Wave)
  /** The user wants the command to end; `words`: what becomes of what was begun. */
  | { readonly type: 'interrupted'; readonly words: string }
  | { readonly type: 'failure'; readonly failure: Failure }
  | { readonly type: 'run.finished'; readonly exitCode: number; readonly milliseconds: number };

export type Emit = (event: BakeEvent) => void;
