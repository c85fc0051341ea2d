/** OSSEC's rules as bake knows them, and what `bake.lock` says of the frozen tarball. */

/**
 * `noalert` and the option `no_log` make it `never`, the option `log_alert` `always`. Level 0 is never
 * an alert.
 */
export type AlertMode = 'by-level' | 'always' | 'never';

/** One rule, as `ossec-analysisd` has it once every rule file is read. */
export interface RuleInfo {
  /** 1 to 999999. */
  readonly id: number;
  /** 0 to 16; alerts are written from `alert_level` on. */
  readonly level: number;
  /** One line; empty where the rule has none. */
  readonly description: string;
  /**
   * The file that has the rule, or the last `overwrite` of it: OSSEC's by its name without folders, the
   * user's by its path as the fleet file writes it.
   */
  readonly file: string;
  /** The rules of `if_sid` and `if_matched_sid`, ascending, each once. */
  readonly parents: readonly number[];
  /** Of the file's `<group name>` and the rule's own `<group>`, in their order, each once. */
  readonly groups: readonly string[];
  /** Whether what it matches is written as an alert: from `alert_level` on, at any level, or not at all. */
  readonly alert: AlertMode;
  /** Names of the conditions that an `overwrite` takes away unless it repeats them, sorted: `decoded_as`, `match`. */
  readonly conditions: readonly string[];
  /** Says `overwrite="yes"`: it changes a rule that an earlier file has. */
  readonly overwrite: boolean;
}

/** Rules by id, ascending. */
export type RuleIndex = ReadonlyMap<number, RuleInfo>;

/** `bake.lock`, the file beside the fleet file that `bake ossec freeze` writes. */
export interface Lock {
  readonly ossec: FrozenOssec;
  readonly tools: LockedTools;
}

/** The frozen tarball. */
export interface FrozenOssec {
  /** Of the tarball: 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** What the source calls itself; several commits can share it, so the digest is what counts. */
  readonly version: string;
  /** 40 hexadecimal digits; absent where the tarball was not made from a clone. */
  readonly commit: string | undefined;
  /** It only behaves like OSSEC: never for a real image. */
  readonly standIn: boolean;
  /** Names of its rule files, in the order in which its own configuration includes them. */
  readonly ruleFiles: readonly string[];
  readonly rules: RuleIndex;
  /** SHA-256 of the content of compiled trees by platform, such as `debian-12-amd64`. */
  readonly builtTrees: ReadonlyMap<string, string>;
}

/** Versions that a bake was last locked with. */
export interface LockedTools {
  readonly packer: string;
  readonly amazonPlugin: string;
}

/** One expectation. OSSEC sees the lines in their order; the last one is judged. */
export interface RuleTest {
  readonly name: string;
  /** At least one; none is empty or holds a line end. */
  readonly lines: readonly string[];
  /** The rule that the last line must raise; `none`: it must raise no alert. */
  readonly rule: number | 'none';
  /** Undefined: any. */
  readonly level: number | undefined;
  readonly decoder: string | undefined;
  /** Whether a hook gets the alert. Undefined: either. */
  readonly notified: boolean | undefined;
}
