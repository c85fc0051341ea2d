/** What every command gets from the command line. */

import type { Reporter } from './report/reporter.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Context {
  readonly environment: Environment;
  readonly workingFolder: string;
  readonly reporter: Reporter;
  /** The user's answer to every question is yes: `--yes`, or a CI. */
  readonly yes: boolean;
  /** Aborted by the first interruption: finish what must be cleaned up. */
  readonly signal: AbortSignal;
  /** Aborted by the second one: stop at once. */
  readonly killSignal: AbortSignal;
  readonly now: () => Date;
}
