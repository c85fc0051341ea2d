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
 * What an alert is about: the file that changed, the port that is open, the address that it came from. Of more
 * files than there is room for, the folder.
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

/** The alerts of one rule on one host. */
export interface RuleTally {
  readonly rule: number;
  readonly level: number;
  readonly description: string;
  readonly count: number;
  /** In the period before. */
  readonly before: number;
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** Number of the bucket since the epoch, and how many are in it; ascending. */
  readonly buckets: ReadonlyArray<readonly [bucket: number, count: number]>;
  /** The most frequent first. */
  readonly subjects: readonly Counted[];
  /** How many alerts are about subjects that are not listed. */
  readonly others: number;
  readonly example: Example;
}

export interface HostTally {
  readonly host: string;
  readonly bucketSeconds: number;
  readonly rules: readonly RuleTally[];
  /** Alerts of rules that there was no room for. */
  readonly omitted: number;
  /** Lines that are no alerts. */
  readonly unreadable: number;
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

export interface Period {
  readonly from: number;
  readonly to: number;
  /** What `before` counts; undefined where nothing is compared. */
  readonly previousFrom: number | undefined;
}
