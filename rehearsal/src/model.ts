/**
 * The types between the rehearsal's rooms.
 *
 * `index.ts` (up, status, down) prepares this machine and starts the server as a process of its own.
 * `server/` answers AWS calls and the instances' metadata calls; what has a life of its own (instances,
 * images, snapshots) it keeps itself, the rest it passes to moto.
 * `machines/` turns instances into containers.
 */

/** Progress of the preparation, for whoever shows it. */
export interface Progress {
  readonly type: 'setup.started' | 'setup.progress' | 'setup.finished';
  /** What is prepared: `Docker engine`, `Debian 12 root filesystem`, `moto`. */
  readonly item: string;
  readonly detail: string;
}

/** Packages that must be installed on the system itself, and nothing else does. */
export interface SystemInstall {
  readonly why: string;
  readonly packages: readonly string[];
  /** The exact commands, one a line. */
  readonly commands: readonly string[];
}

/** Folders built once, kept, and checked by the digest of their content at every use. */
export interface Cache {
  /**
   * Returns the folder of `name`, built by `build` where it is missing, was made from another `key`,
   * or no longer has the content that it was built with.
   */
  ensure(entry: {
    readonly name: string;
    /** Everything that the content depends on: versions, recipe. */
    readonly key: string;
    readonly build: (folder: string) => Promise<void>;
  }): Promise<string>;
}

export interface UpOptions {
  /** Where the rehearsal keeps its state and its Docker engine's data: a folder of its own. */
  readonly stateFolder: string;
  readonly cache: Cache;
  /** Asked before the system is changed. False: the caller gets a {@link RehearsalError} with the commands. */
  readonly consent: (install: SystemInstall) => Promise<boolean>;
  readonly report: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** How to reach a running rehearsal. The secret is never printed. */
export interface Rehearsal {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** What stands for "my address" where SSH is let in. */
  readonly sshSource: string;
}

/** An expected failure of the rehearsal. */
export class RehearsalError extends Error {
  readonly kind: 'missing' | 'failed';
  readonly remedy: string | undefined;
  readonly commands: readonly string[];
  readonly log: string | undefined;
  constructor(
    kind: 'missing' | 'failed',
    problem: string,
    next: { remedy?: string; commands?: readonly string[]; log?: string } = {},
  ) {
    super(problem);
    this.name = 'RehearsalError';
    this.kind = kind;
    this.remedy = next.remedy;
    this.commands = next.commands ?? [];
    this.log = next.log;
  }
}

export type Distribution = 'debian-12' | 'debian-13';

/** An image that AWS would have: what a bake can start from. */
export interface SourceImage {
  /** `ami-` and 17 hexadecimal digits; the same on every machine for the same recipe. */
  readonly imageId: string;
  /** As Debian names its AMIs: `debian-12-amd64-20261101-2282`. */
  readonly name: string;
  readonly ownerId: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly distribution: Distribution;
  /** Public SSM parameter that names it: `/aws/service/debian/release/12/latest/amd64`. */
  readonly ssmParameter: string;
}

/** Machines without AWS: containers of one distribution, without systemd. */
export interface Sandbox {
  /** {@link SourceImage.imageId} of the distribution. */
  readonly imageId: string;
  /** Changes with the content of the distribution's image. */
  readonly content: string;
  /** What a machine was kept as; undefined where there is none. It stays until the rehearsal goes as a whole. */
  readonly find: (name: string) => Promise<KeptMachine | undefined>;
  /** Runs `work` on a new machine, which is gone when this ends, however it ends. */
  readonly use: <T>(use: SandboxUse, work: (machine: SandboxMachine) => Promise<T>) => Promise<T>;
}

export interface SandboxUse {
  /** Undefined: the distribution. */
  readonly image: KeptMachine | undefined;
  /** This machine's own network; without, the machine has none. */
  readonly network: boolean;
}

export interface KeptMachine {
  readonly reference: string;
  readonly note: string;
}

export interface SandboxMachine {
  /** Copies the content of a folder of this machine into a folder that is there; owner root, modes as they are. */
  copyIn(folder: string, to: string): Promise<void>;
  /** Copies the content of a folder there into one of this machine. */
  copyOut(from: string, folder: string): Promise<void>;
  /** Runs a program as root; that it fails is an outcome, not an error. */
  run(
    argv: readonly string[],
    options?: { readonly environment?: Readonly<Record<string, string>>; readonly input?: string },
  ): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>;
  /** Keeps its disk under a name, of lower-case letters, digits and dashes, with a note of one line. */
  keep(name: string, note: string): Promise<void>;
}

/** What the server process is started with; written to a file that only its owner can read. */
export interface ServerConfig {
  readonly stateFolder: string;
  /** Marks everything that this rehearsal makes (containers, images, network): `bake-rehearsal-1a2b3c4d`. */
  readonly name: string;
  /** Digest of the code that it was started from. */
  readonly code: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly docker: DockerEngine;
  readonly network: Network;
  /** Command that starts moto's server, without host and port. */
  readonly moto: readonly string[];
  readonly endpoints: Endpoints;
  readonly sourceImages: readonly SourceImage[];
}

export interface DockerEngine {
  /** The client program. */
  readonly command: string;
  /** Its socket: `unix:///…`. */
  readonly host: string;
  /** Started by the rehearsal; such an engine makes no firewall rules. */
  readonly own: boolean;
  readonly cgroupVersion: 1 | 2;
  /** Engines before 25 derive a container's MAC address from its IP address; newer ones have to be told. */
  readonly derivesMac: boolean;
}

/**
 * AWS's endpoints as an instance's notifier finds them: it knows their names, and trusts their certificate,
 * through files of its own that no image holds.
 */
export interface Endpoints {
  /** A throw-away certificate authority, PEM. */
  readonly authority: string;
  /** Its certificate for all `names`, and the key, PEM. */
  readonly certificate: string;
  readonly key: string;
  /** `ssm.eu-central-1.amazonaws.com` and the like, and the hooks' host. */
  readonly names: readonly string[];
}

/** The containers' bridge network. 169.254.0.0/16 leads from it to the services below and nowhere else. */
export interface Network {
  readonly name: string;
  /** Name of its interface on this machine. */
  readonly bridge: string;
  /** `10.77.9.0/24`. */
  readonly subnet: string;
  /** The bridge's address on this machine: the metadata service listens on it. */
  readonly gateway: string;
  /** Port of the metadata service on the gateway; port 80 of 169.254.169.254 leads to it. */
  readonly metadataPort: number;
  /** Port of the {@link Endpoints} on the gateway; port 443 of 169.254.169.250 leads to it. */
  readonly endpointsPort: number;
}

/** A container that is an instance. */
export interface Machine {
  readonly containerId: string;
  /**
   * Address on the bridge; the metadata service knows its callers by it.
   * The MAC address there is `02:42` and the address's four bytes, whatever the engine would choose.
   */
  readonly bridgeAddress: string;
  /** Address on this machine's loopback where its SSH port is reached: `127.77.9.2` for `10.77.9.2`. */
  readonly address: string;
}

/** What a program on an instance has printed, and how it ended. */
export interface Executed {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Instances as containers with systemd as PID 1. Every method ends when the container has the new state. */
export interface Machines {
  /** Addresses are taken before the start, so that the metadata service knows the machine when it boots. */
  reserve(instanceId: string): Promise<Pick<Machine, 'bridgeAddress' | 'address'>>;
  /** `image` is a {@link SourceImage.imageId} that `prepare` imported, or one that {@link commit} made. */
  launch(instanceId: string, image: string): Promise<Machine>;
  /**
   * Nothing that the machine begins gets out from now on, but to the metadata service and for DNS; or all of it again.
   * Goes for its address, so that it can be said before the launch.
   */
  silence(instanceId: string, isSilent: boolean): Promise<void>;
  stop(instanceId: string): Promise<void>;
  start(instanceId: string): Promise<void>;
  terminate(instanceId: string): Promise<void>;
  /** The instance's disk as an image; returns its size in bytes. */
  commit(instanceId: string, imageId: string): Promise<number>;
  removeImage(imageId: string): Promise<void>;
  /** Runs a program as root, with no other environment; that it fails is an outcome. */
  execute(
    instanceId: string,
    argv: readonly string[],
    options?: { readonly input?: Uint8Array; readonly environment?: Readonly<Record<string, string>> },
  ): Promise<Executed>;
  /** Calls `ended` whenever a container has ended, by itself too (`poweroff` inside), until `signal` aborts. */
  watch(ended: (instanceId: string) => void, signal: AbortSignal): void;
  /** Whether what runs the containers can be reached. */
  isThere(): Promise<boolean>;
}
