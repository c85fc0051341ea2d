/** What every command gets from the command line. */

import type { Reporter } from './report/reporter.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Context {
  readonly environment: Environment;
  readonly workingFolder: string;
  readonly reporter: Reporter;
  /** `--yes`: the user's answer to every question is yes. */
  readonly yes: boolean;
  /** What a rehearsal needs may be installed without a question: `--yes`, or a CI, whose machines are for that. */
  readonly mayInstall: boolean;
  /** Aborted by the first interruption: finish what must be cleaned up. */
  readonly signal: AbortSignal;
  /** Aborted by the second one: stop at once. */
  readonly killSignal: AbortSignal;
  /** What is said at the first interruption: what then goes on, and who may go on with it. */
  readonly whenInterrupted: (words: string) => void;
  readonly now: () => Date;
}
