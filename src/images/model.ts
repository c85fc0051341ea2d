/**
 * What images are made of, where they are used, and what is to become of them. All plain data.
 * Every text of an {@link Inventory} comes from a machine: whoever shows it quotes it.
 */

import type { ExistingImage } from '../plan/decide.ts';

/** What a builder reports of itself before it is sealed. Every list is sorted. */
export interface Inventory {
  readonly system: {
    /** `debian`, `ubuntu` */
    readonly id: string;
    /** `12` */
    readonly version: string;
    /** dpkg's name of it: `amd64` */
    readonly architecture: string;
  };
  readonly packages: readonly InstalledPackage[];
  readonly listeners: readonly ListeningPort[];
  readonly setuid: readonly SetuidFile[];
  /** systemd units that are enabled at boot. */
  readonly units: readonly string[];
  readonly users: readonly Account[];
  /** Undefined: there is no OSSEC in it. */
  readonly ossec: InstalledOssec | undefined;
  readonly files: readonly ManifestEntry[];
}

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

export interface ListeningPort {
  readonly protocol: 'tcp' | 'udp';
  /** `0.0.0.0`, `::`, `127.0.0.1` */
  readonly address: string;
  readonly port: number;
  /** Name of the process; empty where the kernel names none. */
  readonly process: string;
}

/** A program that runs as its owner or group, whoever starts it. */
export interface SetuidFile {
  readonly path: string;
  /** Four octal digits: `4755`. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
}

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly home: string;
  readonly shell: string;
  /** Names of all groups that it is in. */
  readonly groups: readonly string[];
}

export interface InstalledOssec {
  /** As `/etc/ossec-init.conf` says: `v3.8.0`. */
  readonly version: string;
  readonly rules: readonly InstalledRule[];
}

export interface InstalledRule {
  readonly id: number;
  readonly level: number;
  readonly description: string;
}

/** One file or symbolic link of the root volume; what the seal removes and what changes by itself is left out. */
export interface ManifestEntry {
  readonly path: string;
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  /** SHA-256 of a file's content, without lines that say who built it and when; or `-> TARGET` of a link. */
  readonly content: string;
  /** No package has brought it, or its package lets it be edited. */
  readonly own: boolean;
}

/** An image of the fleet, as AWS describes it and as its tags say. Tags are hints: who may tag may change them. */
export interface ImageRecord extends ExistingImage {
  readonly region: string;
  /** `available`, `pending`, `failed`, `disabled`, …: EC2's word. */
  readonly status: string;
  /** Git commit of the fleet file; empty where it is not known. */
  readonly commit: string;
  /** The run that baked it. */
  readonly run: string;
  /** Version of bake that baked it. */
  readonly bakeVersion: string;
  /** The AMI that it was baked from. */
  readonly sourceAmi: string;
  /** SHA-256 of its inventory as it is kept; undefined where none was taken. */
  readonly inventory: string | undefined;
  /** SHA-256 of the report that made it golden, as it is kept; undefined: its tags name none. */
  readonly verification: string | undefined;
  /** ISO 8601; undefined: it is not deprecated and won't be. */
  readonly deprecatedAt: string | undefined;
  /** ISO 8601; since when bake's clean-up has it disabled. */
  readonly disabledAt: string | undefined;
  /** It can't be deregistered until somebody says so. */
  readonly protected: boolean;
  /** What is launched from it asks for its metadata with a token, unless the launch says otherwise. */
  readonly requiresImdsV2: boolean;
  readonly snapshots: readonly ImageSnapshot[];
  /** A copy's original; undefined where it was baked here. */
  readonly copyOf: { readonly region: string; readonly imageId: string } | undefined;
}

export interface ImageSnapshot {
  readonly snapshotId: string;
  /** Undefined: not encrypted. */
  readonly kmsKey: string | undefined;
}

/** Why an image must stay: what refers to it. */
export type Use =
  | { readonly kind: 'instance'; readonly id: string; readonly group: string | undefined }
  | { readonly kind: 'launch-template'; readonly id: string }
  | { readonly kind: 'launch-configuration'; readonly name: string }
  /** The group's own overrides name the image. */
  | { readonly kind: 'group'; readonly name: string }
  /** The group's tags name it: a rollout can still go back to it. */
  | { readonly kind: 'rollout'; readonly group: string }
  | { readonly kind: 'parameter'; readonly name: string }
  /** An image recipe of EC2 Image Builder. */
  | { readonly kind: 'recipe'; readonly arn: string }
  /** An image that was baked from it. */
  | { readonly kind: 'image'; readonly imageId: string; readonly name: string }
  | { readonly kind: 'shared'; readonly with: string }
  /** A call that would have told was refused: nobody knows, so it counts as in use. */
  | { readonly kind: 'unknown'; readonly operation: string; readonly reason: string };

/** An image with all that refers to it in its region. */
export interface UsedImage {
  readonly image: ImageRecord;
  readonly uses: readonly Use[];
}

/** What refers to an image or to a copy of it, and in which region. */
export interface PlacedUse {
  readonly region: string;
  readonly use: Use;
}

/** Why an image is kept; the first that holds is said. */
export type KeepReason =
  | { readonly kind: 'not-selected' }
  /** Its name is not what its tags say, so the tags can't be trusted. */
  | { readonly kind: 'name-differs'; readonly expected: string }
  /** It is being made, or was left behind unfinished. */
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'in-use'; readonly uses: readonly PlacedUse[] }
  | { readonly kind: 'newest-golden' }
  | { readonly kind: 'among-newest'; readonly keep: number }
  | { readonly kind: 'young'; readonly ageSeconds: number }
  | { readonly kind: 'protected' }
  /** Disabled, and not by a clean-up of bake's. */
  | { readonly kind: 'disabled-by-others' }
  /** Disabled by a clean-up, and not long enough ago. */
  | { readonly kind: 'grace'; readonly leftSeconds: number };

/** What the clean-up does with an image. It is disabled first, and deleted by a later clean-up. */
export type Verdict =
  | { readonly action: 'keep'; readonly image: ImageRecord; readonly reason: KeepReason }
  | { readonly action: 'disable'; readonly image: ImageRecord }
  | { readonly action: 'delete'; readonly image: ImageRecord };
