/**
 * The fleet, checked and normalized: what every other room works with.
 * What the user writes is described by `schema.ts`; `check.ts` turns the one into the other.
 * No field is optional because the user left it out: defaults are filled in here.
 */

import type { FrozenOssec, RuleTest } from '../ossec/model.ts';
import type { AlertName } from '../ossec/rule-names.ts';
import type { Check } from '../rollout/checks/model.ts';
import type { GuardMetric } from '../rollout/plan/guard-alarm.ts';
import type { RequestedPreferences } from '../rollout/preferences.ts';
import type { Waves } from '../rollout/waves.ts';

/** Where an image starts, as the fleet file says. Resolved to an AMI id once, before a bake. */
export type SourceImage =
  | { readonly kind: 'ami'; readonly id: string }
  | { readonly kind: 'filter'; readonly name: string; readonly owners: readonly string[] }
  | { readonly kind: 'ssm-parameter'; readonly name: string };

/** How Packer's SSH reaches the builder. */
export type SshAccess =
  | { readonly via: 'session_manager' }
  | { readonly via: 'public_address' | 'private_address'; readonly from: 'my_address' | readonly string[] };

export interface Builder {
  readonly instanceType: string;
  readonly subnetId: string | undefined;
  readonly instanceProfile: string | undefined;
  readonly ssh: SshAccess & { readonly user: string };
  readonly volume: { readonly sizeGiB: number; readonly type: string; readonly device: string };
  /** `kmsKey` undefined with `encrypted`: the account's default EBS key. */
  readonly encryption: { readonly encrypted: boolean; readonly kmsKey: string | undefined };
}

/** A value for a step: plain, or the name of an environment variable that holds a secret. */
export type StepValue =
  | { readonly kind: 'plain'; readonly value: string }
  | { readonly kind: 'secret'; readonly environmentVariable: string };

/** A script of the user's own, run as root on the builder. */
export interface UserStep {
  /** Lower-case letters, digits and dashes; unique in its layer. Shown while it runs. */
  readonly name: string;
  readonly script: Uint8Array;
  /** The script's path as the fleet file writes it, for messages. */
  readonly scriptPath: string;
  readonly environment: Readonly<Record<string, StepValue>>;
}

export interface PlacedFile {
  /** Absolute path on the machine. */
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  /** Four octal digits: `0644`. */
  readonly mode: string;
  readonly content: Uint8Array;
}

export interface User {
  readonly name: string;
  /** Member of `sudo` without a password. */
  readonly sudo: boolean;
  readonly groups: readonly string[];
  readonly shell: string;
  readonly authorizedKeys: readonly string[];
}

/** What base and every role have in common: the content of one layer. */
export interface Layer {
  readonly packages: readonly string[];
  readonly users: readonly User[];
  readonly files: readonly PlacedFile[];
  /** systemd units enabled at boot. */
  readonly services: readonly string[];
  readonly steps: readonly UserStep[];
}

/** A file that is fetched by bake and checked by digest, never by the builder. */
export interface Artifact {
  /** `s3://bucket/key`, `https://…`, or a path relative to the fleet file. */
  readonly from: string;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

export interface Base extends Layer {
  /** authorized_keys lines of the builder's SSH user, on every instance. */
  readonly authorizedKeys: readonly string[];
  readonly ssmAgent: Artifact | undefined;
}

/** Where a hook's URL comes from. It is a secret: no rendered file holds it. */
export type HookUrl =
  | { readonly kind: 'ssm-parameter'; readonly name: string }
  | { readonly kind: 'secrets-manager'; readonly name: string }
  /** Baked into the image, because the user said so; `environmentVariable` holds it where bake runs. */
  | { readonly kind: 'in-image'; readonly environmentVariable: string };

/** Where alerts are posted. */
export interface Hook {
  readonly url: HookUrl;
  readonly format: 'slack' | 'json';
}

/** An entry of `alert_rules_list`. `level` and `description`, where set, are what the notification shows. */
export interface AlertEntry {
  readonly rule: number | AlertName;
  readonly hook: Hook;
  readonly level: number | undefined;
  readonly description: string | undefined;
}

export interface WatchedFolder {
  /** Absolute; a folder, or one file. */
  readonly path: string;
  readonly realtime: boolean;
  readonly reportChanges: boolean;
}

export interface LogFile {
  readonly file: string;
  /** OSSEC's name of the format. */
  readonly format: string;
}

/** A file beside the fleet file. */
export interface NamedText {
  /** As the fleet file writes it. */
  readonly path: string;
  readonly text: string;
}

/** What the fleet says for every server, and each role adds to it. */
export interface OssecLayer {
  readonly alerts: readonly AlertEntry[];
  readonly localRules: NamedText | undefined;
  /** What the fleet's own tests expect of its rules. */
  readonly ruleTests: readonly RuleTest[];
  readonly folders: readonly WatchedFolder[];
  readonly ignore: readonly string[];
  /** Files that a first boot writes, with `*` for anything within a folder, beside those that bake knows. */
  readonly firstBoot: readonly string[];
  readonly logs: readonly LogFile[];
}

export interface Ossec extends OssecLayer {
  /** Undefined: only a rehearsal can bake this fleet, with the stand-in. */
  readonly tarball: Artifact | undefined;
  /** What `bake.lock` says of it. Undefined: a fleet without a tarball that was never frozen. */
  readonly frozen: FrozenOssec | undefined;
  /** `s3://BUCKET/PREFIX` of compiled trees; undefined: only this machine's cache. */
  readonly builtTrees: string | undefined;
  /** `s3://BUCKET/PREFIX` of what is pushed to running instances; undefined: nothing is. */
  readonly bundles: string | undefined;
  /** `s3://BUCKET/PREFIX` of answers that are too long for SSM; undefined: they are cut. */
  readonly details: string | undefined;
  /** Events from this level on become alerts. */
  readonly alertLevel: number;
  readonly systemLog: 'auto' | 'journald' | 'rsyslog';
  /** Seconds between two integrity scans. */
  readonly syscheckSeconds: number;
  readonly rootcheck: { readonly enabled: boolean; readonly seconds: number };
  readonly blocking: Blocking | undefined;
  readonly notifications: {
    readonly perMinute: number;
    /** Undefined: no heartbeat. */
    readonly heartbeatSeconds: number | undefined;
  };
  readonly email: Email | undefined;
}

/** Active responses that block addresses. */
export interface Blocking {
  readonly level: number;
  readonly seconds: number;
  /** Addresses and CIDR ranges that are never blocked. */
  readonly allow: readonly string[];
}

export interface Email {
  readonly to: readonly string[];
  readonly from: string;
  readonly smtpServer: string;
  readonly level: number;
}

export interface Listener {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

/** A command on the boot that proves an image: exit code 0 is what is wanted. */
export interface VerifyCheck {
  readonly name: string;
  readonly run: string;
  /** It is tried again for so long. */
  readonly withinSeconds: number;
}

/** How images roll onto groups. */
export interface RolloutSettings {
  /** What is undefined is the group's own, or AWS's default. */
  readonly preferences: RequestedPreferences;
  /** What else changes the groups; undefined: as their tags say. */
  readonly managedBy: 'cloudformation' | 'terraform' | undefined;
  readonly checks: readonly Check[];
  /** What bake makes an alarm of for each rollout; undefined: none. */
  readonly guard: GuardMetric | undefined;
}

export interface Role extends Layer {
  readonly name: string;
  /** Anyone can reach it, so that single failed logins are no news. */
  readonly internetFacing: boolean;
  /** In addition to the fleet's. */
  readonly ossec: OssecLayer;
  readonly listens: readonly Listener[];
  /** Absolute folders that this role's deployments change. */
  readonly writes: readonly string[];
  /** Ports that this role's deployments open for a while. */
  readonly opens: readonly Listener[];
  /** Its instances upgrade their packages in place. */
  readonly autoUpdate: boolean;
  readonly instanceType: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Auto Scaling groups that this role's images roll onto. */
  readonly groups: readonly string[];
  /** Those with all of these tags are meant too; no tags: no further ones. */
  readonly groupTags: Readonly<Record<string, string>>;
  /** In addition to the fleet's. */
  readonly verify: { readonly checks: readonly VerifyCheck[] };
  readonly rollout: RolloutSettings;
}

/** What becomes of finished images. */
export interface Images {
  /** `s3://BUCKET/PREFIX` where what is known of them is kept; undefined: only beside the build. */
  readonly reports: string | undefined;
  /** Path of the SSM parameters that promotions write: `/golden`. */
  readonly parameters: string | undefined;
  /** Where promoted images are copied to; `kmsKey` undefined: as AWS does by default. */
  readonly regions: ReadonlyArray<{ readonly region: string; readonly kmsKey: string | undefined }>;
  /** Who may launch promoted images. */
  readonly accounts: readonly string[];
  /** After a promotion, for the images before it. */
  readonly deprecateAfterSeconds: number;
  /** Sharing an image does not keep it. */
  readonly pruneShared: boolean;
}

export interface Fleet {
  readonly name: string;
  readonly region: string;
  readonly source: SourceImage;
  readonly builder: Builder;
  readonly tags: Readonly<Record<string, string>>;
  readonly base: Base;
  readonly ossec: Ossec;
  readonly images: Images;
  readonly verify: { readonly checks: readonly VerifyCheck[] };
  /** In which order groups are rolled out; undefined: all at once. */
  readonly waves: Waves | undefined;
  /** In the order of the fleet file. */
  readonly roles: readonly Role[];
}
