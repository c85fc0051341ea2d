/**
 * The fleet, checked and normalized: what every other room works with.
 * What the user writes is described by `schema.ts`; `check.ts` turns the one into the other.
 * No field is optional because the user left it out: defaults are filled in here.
 */

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

export interface Ossec {
  /** Undefined: only a rehearsal can bake this fleet, with the stand-in. */
  readonly tarball: Artifact | undefined;
}

export interface Listener {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

export interface Role extends Layer {
  readonly name: string;
  readonly listens: readonly Listener[];
  /** Absolute folders that this role's deployments change. */
  readonly writes: readonly string[];
  readonly instanceType: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Auto Scaling groups that this role's images roll onto. */
  readonly groups: readonly string[];
}

export interface Fleet {
  readonly name: string;
  readonly region: string;
  readonly source: SourceImage;
  readonly builder: Builder;
  readonly tags: Readonly<Record<string, string>>;
  readonly base: Base;
  readonly ossec: Ossec;
  /** In the order of the fleet file. */
  readonly roles: readonly Role[];
}
