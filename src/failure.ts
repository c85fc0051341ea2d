/**
 * Expected failures: one closed union. Each says what happened, where, and what to do next.
 * Anything thrown that is not a {@link Failed} is a bug of ours, and the command line says so.
 */

/** A place in a file that the user wrote. Lines and columns count from 1. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The text of that line, without its line end. */
  readonly text: string;
  /** How many characters of the line are meant; at least 1. */
  readonly length: number;
}

/** Something wrong in the fleet file or in a file that it names. */
export interface InputFailure {
  readonly kind: 'input';
  /** Absent where the mistake is in a flag rather than in a file. */
  readonly at?: SourceLocation;
  /** What is wrong, one sentence without a final full stop. */
  readonly problem: string;
  /** What would be right. */
  readonly remedy?: string;
}

/** A program, credential or permission that is missing on this machine. */
export interface PrerequisiteFailure {
  readonly kind: 'prerequisite';
  readonly problem: string;
  readonly remedy?: string;
  /** Exact commands that provide it, to be shown one a line. */
  readonly commands?: readonly string[];
}

/** A bake that did not end in an image. */
export interface BuildFailure {
  readonly kind: 'build';
  readonly image: string;
  readonly problem: string;
  readonly remedy?: string;
  /** Where the whole Packer log is, and its last lines (untrusted text). */
  readonly log?: { readonly path: string; readonly tail: readonly string[] };
}

/** A call to AWS (or to the rehearsal) that was refused. */
export interface AwsFailure {
  readonly kind: 'aws';
  /** `ec2:DescribeImages` */
  readonly operation: string;
  readonly code: string;
  readonly problem: string;
  readonly remedy?: string;
}

/** The rehearsal could not start or went away. */
export interface RehearsalFailure {
  readonly kind: 'rehearsal';
  readonly problem: string;
  readonly remedy?: string;
  readonly commands?: readonly string[];
  readonly log?: { readonly path: string; readonly tail: readonly string[] };
}

/** The user stopped the command. */
export interface Interruption {
  readonly kind: 'interrupted';
  /** The image that was being baked. */
  readonly image?: string;
  readonly problem: string;
  readonly remedy: string;
}

/** An interruption that leaves nothing behind but what was not done yet, unless told. */
export function interruption(parts: Partial<Omit<Interruption, 'kind'>> = {}): Interruption {
  const remedy = 'run the same command again: it goes on with what is missing';
  return { kind: 'interrupted', problem: 'interrupted', remedy, ...parts };
}

export type Failure =
  | InputFailure
  | PrerequisiteFailure
  | BuildFailure
  | AwsFailure
  | RehearsalFailure
  | Interruption;

/** What the process ends with; documented in the README. */
export const EXIT = {
  done: 0,
  failed: 1,
  badInput: 2,
  prerequisiteMissing: 3,
  rolledBack: 4,
  cancelled: 5,
  somethingToDo: 10,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const EXIT_OF: Readonly<Record<Failure['kind'], ExitCode>> = {
  input: EXIT.badInput,
  prerequisite: EXIT.prerequisiteMissing,
  build: EXIT.failed,
  aws: EXIT.failed,
  rehearsal: EXIT.failed,
  interrupted: EXIT.interrupted,
};

/** Carries expected failures up to the command line. Throw all that are known, not only the first. */
export class Failed extends Error {
  readonly failures: readonly Failure[];
  constructor(failures: readonly Failure[]) {
    super(failures.map((failure) => failure.problem).join('; '));
    this.name = 'Failed';
    this.failures = failures;
  }
  /** The exit code of the gravest failure: an interruption, then bad input, then the rest in order. */
  get exitCode(): ExitCode {
    const kinds = new Set(this.failures.map((failure) => failure.kind));
    const gravest = (['interrupted', 'input', 'prerequisite'] as const).find((kind) => kinds.has(kind));
    return gravest === undefined ? EXIT.failed : EXIT_OF[gravest];
  }
}

/** Throws one failure. */
export function fail(failure: Failure): never {
  throw new Failed([failure]);
}
