/**
 * Alerts of OSSEC, counted. Every text is untrusted: log lines are an attacker's. Times are seconds since the
 * epoch.
 */

/** One line of `alerts.json`, as far as it is counted. */
export interface Alert {
  readonly rule: number;
  readonly level: number;
  readonly description: string;
  /** Undefined where the line says none. */
  readonly time: number | undefined;
  readonly host: string;
  readonly log: string;
  readonly source: string;
  /** The file that changed; empty where it is about none. */
  readonly file: string;
  readonly address: string;
}

/**
 * What an alert is about: the file that changed, the ports that are open (`80/tcp, 81/tcp`), the address that it came
 * from, or else the log that it stood in. Of more files than there is room for, the folder.
 */
export interface Subject {
  readonly kind: 'file' | 'folder' | 'port' | 'address' | 'source';
  readonly value: string;
}

export interface Counted extends Subject {
  readonly count: number;
}

export interface Example {
  readonly time: number | undefined;
  readonly log: string;
  readonly source: string;
}

/** What an alert is about, on one instance. */
export interface SubjectTally extends Counted {
  /** In buckets of {@link BUCKET_SECONDS}; empty where it rang too often for them to have room. */
  readonly buckets: readonly Bucket[];
  /** The newest; undefined where it had no room. */
  readonly example: Example | undefined;
}

/** The finest that a storm is looked for in. */
export const BUCKET_SECONDS = 300;

/** Number of the bucket since the epoch, and how many are in it. */
export type Bucket = readonly [bucket: number, count: number];

/** How many alerts a rule has, and when. */
export interface RuleNumbers {
  readonly rule: number;
  readonly level: number;
  readonly description: string;
  readonly count: number;
  /** In the period before. */
  readonly before: number;
  readonly first: number | undefined;
  readonly last: number | undefined;
}

/** The alerts of one rule on one instance. */
export interface RuleTally extends RuleNumbers {
  /** In buckets of the host's `bucketSeconds`. */
  readonly buckets: readonly Bucket[];
  /** The most frequent first. Each alert is about one of them, or among the others. */
  readonly subjects: readonly SubjectTally[];
  /** How many alerts are about subjects that are not listed. */
  readonly others: number;
}

/** What one instance has counted. */
export interface HostTally {
  readonly host: string;
  readonly bucketSeconds: number;
  readonly rules: readonly RuleTally[];
  /** Alerts of rules that there was no room for. */
  readonly omitted: number;
  /** Lines that are no alerts. */
  readonly unreadable: number;
  /** Files that could be read up to a damage only. */
  readonly damaged: number;
  /** Alerts that are dated ahead of now: counted, but at no time. */
  readonly ahead: number;
  /** Time of the oldest alert that was there to read. */
  readonly since: number | undefined;
}

/** Something of bake's, or of AWS's, that explains many alerts at once. */
export interface Happening {
  readonly kind: 'rollout' | 'push' | 'maintenance';
  readonly name: string;
  readonly from: number;
  /** Undefined: it goes on. */
  readonly to: number | undefined;
}

/** What a storm probably comes from. */
export interface Cause extends Happening {
  /** The storm began in it, or after it. */
  readonly relation: 'during' | 'after';
  /** From its beginning to that of the storm, or from its end. */
  readonly afterSeconds: number;
}

export interface Period {
  readonly from: number;
  readonly to: number;
  /** What `before` counts; undefined where nothing is compared. */
  readonly previousFrom: number | undefined;
}
