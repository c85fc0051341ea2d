/**
 * What proves an image: how its boot is tampered with, what was seen on it, and what that means. Plain data.
 * Every text of an {@link Observation} comes from a machine: whoever shows it quotes it.
 */

/** One thing that is done to the booted image, and the alarm that it must ring. */
interface Tampering {
  /** One short line: `a new setuid program`. */
  readonly name: string;
  /** Ids of rules, of which one must alert. */
  readonly rules: readonly number[];
  /** The hook that must be told; null where the fleet file routes none of the rules. */
  readonly hook: string | null;
  readonly within_seconds: number;
}

/** Where a plant finds its file: by its path, with `*`, or any that is in the baseline below a folder. */
type Place = { readonly path: string } | { readonly below: string; readonly program: boolean };

export type Plant = Tampering & {
  /** Its alarm comes at the latest with the scan after the restart. */
  readonly at_restart: boolean;
} & (
    | ({ readonly kind: 'append' } & Place)
    | ({ readonly kind: 'delete' } & Place)
    | {
        readonly kind: 'create';
        readonly path: string;
        readonly text: string;
        readonly mode: string;
        /** In a maintenance window, which must not hold it back. */
        readonly in_window?: boolean;
      }
    | { readonly kind: 'listen' }
    | { readonly kind: 'log-in' }
  );

/** What can't ring in this image, because its fleet file says so. */
export interface LeftOut {
  readonly name: string;
  readonly because: string;
}

/** A command of the fleet's own, on the boot. */
export interface OwnCheck {
  readonly name: string;
  readonly run: string;
  readonly within_seconds: number;
}

/** `expect.json`: what the program on the booted image is told. Names are as in the file. */
export interface Expectation {
  /** False: the stand-in for OSSEC, which watches nothing. */
  readonly watches: boolean;
  /** How long the first scans may take. */
  readonly scan_seconds: number;
  /** Of OSSEC; null where it is not known. */
  readonly version: string | null;
  readonly email: boolean;
  /** Path → SHA-256 of its content. */
  readonly files: Readonly<Record<string, string>>;
  /** Keys that may log in, in base64. */
  readonly keys: readonly string[];
  /** The fleet file installs one. */
  readonly has_compiler: boolean;
  readonly checks: readonly OwnCheck[];
  readonly tampering: {
    /** Between two plants, so that no notification is held back. */
    readonly pause_seconds: number;
    readonly plants: readonly Plant[];
    /** Two files change in turn, OSSEC is restarted, and one has changed meanwhile. */
    readonly sequence: Tampering & Place;
  };
}

export interface ObservedAlert {
  readonly rule: number;
  readonly level: number;
  readonly description: string;
  readonly log: string;
  /** The log file or command that the line came from. */
  readonly source: string;
  /** Empty where it is about no file. */
  readonly file: string;
  /** Since 1970. */
  readonly seconds: number;
}

/** What came of one tampering. Seconds count from it; null: never. */
export interface ObservedTampering {
  readonly name: string;
  readonly did: string;
  /** Why it could not be done; empty where it was. */
  readonly problem: string;
  readonly seconds: number | null;
  readonly alert: ObservedAlert | null;
  /** Hook → seconds until it was to be told. */
  readonly hooks: Readonly<Record<string, number>>;
}

/** What no two boots may share; SHA-256 digests, null where there is none. */
export interface Identity {
  readonly machine_id: string | null;
  readonly host_keys: Readonly<Record<string, string | null>>;
}

/** From the boot to the end of OSSEC's first scans. */
export interface ObservedBoot {
  readonly scans_ended: boolean;
  /** From the boot until then. */
  readonly seconds: number;
  /** Of OSSEC's daemons until then, on all cores. */
  readonly daemons_cpu_seconds: number;
  /** But for those of our own way in. */
  readonly alerts: readonly ObservedAlert[];
  readonly all_alerts: number;
}

/** `observed.json`, which the program on the booted image writes. */
export interface Observation {
  readonly identity: Identity;
  readonly boot?: ObservedBoot | undefined;
  readonly hygiene: ReadonlyArray<{ readonly name: string; readonly problems: readonly string[] }>;
  readonly checks: ReadonlyArray<{
    readonly name: string;
    /** Null: it did not end in time. */
    readonly exit_code: number | null;
    readonly seconds: number;
    readonly output: string;
  }>;
  readonly tampering?: readonly ObservedTampering[] | undefined;
}

/** An alert that a quiet boot must not have, and the fleet file's lines that would declare it. */
export interface Noise {
  readonly alert: ObservedAlert;
  readonly declare: string;
}

export interface CheckResult {
  readonly name: string;
  /** Empty: all is well. */
  readonly problems: readonly string[];
}

export interface AlarmResult extends Tampering {
  readonly did: string;
  readonly seconds: number | null;
  /** Until the hook was to be told. */
  readonly hookSeconds: number | null;
  /** Undefined: it rang as it should. */
  readonly problem: string | undefined;
}

/** `unproven`: nothing speaks against it, and the stand-in can't say more. */
export type Verdict = 'golden' | 'failed' | 'unproven';

/** What a verification has found. */
export interface Findings {
  readonly verdict: Verdict;
  /** Undefined with the stand-in. */
  readonly boot:
    | {
        readonly scansEnded: boolean;
        readonly seconds: number;
        readonly daemonsCpuSeconds: number;
        readonly ownAlerts: number;
      }
    | undefined;
  readonly noise: readonly Noise[];
  readonly hygiene: readonly CheckResult[];
  readonly checks: readonly CheckResult[];
  readonly alarms: readonly AlarmResult[];
  readonly leftOut: readonly LeftOut[];
}

/** What is kept of a verification, and read again by whoever relies on an image. */
export interface VerifyReport extends Findings {
  readonly schema: 1;
  readonly fleet: string;
  readonly role: string;
  readonly imageId: string;
  readonly imageName: string;
  readonly fingerprint: string;
  readonly run: string;
  readonly bakeVersion: string;
  /** ISO 8601. */
  readonly at: string;
  readonly milliseconds: number;
}
