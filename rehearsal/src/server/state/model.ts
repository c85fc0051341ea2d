/**
 * What has a life of its own in the rehearsal. Records are never changed in place: a change puts a new
 * record into its map, so that whoever holds one sees a moment.
 */

export type Tags = ReadonlyMap<string, string>;

/** What every resource has. */
export interface Resource {
  readonly id: string;
  readonly tags: Tags;
}

export interface StateReason {
  readonly code: string;
  readonly message: string;
}

export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

export interface MetadataOptions {
  readonly tokens: 'optional' | 'required';
  readonly endpoint: 'enabled' | 'disabled';
  readonly hopLimit: number;
  readonly tags: 'enabled' | 'disabled';
}

export interface InstanceProfile {
  readonly arn: string;
  readonly id: string;
  readonly role: { readonly name: string; readonly arn: string } | undefined;
}

export interface Instance extends Resource {
  readonly region: string;
  readonly reservationId: string;
  readonly launchIndex: number;
  readonly imageId: string;
  /** What the machines know the image's content as. */
  readonly disk: string;
  readonly instanceType: string;
  readonly architecture: string;
  readonly rootDeviceName: string;
  readonly launchTime: Date;
  readonly state: InstanceState;
  readonly stateReason: StateReason | undefined;
  /** Empty, or who ended it and when: `User initiated (2026-11-01 12:00:00 GMT)`. */
  readonly transitionReason: string;
  readonly terminatedAt: Date | undefined;
  readonly key: { readonly name: string; readonly publicKey: string } | undefined;
  readonly availabilityZone: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly securityGroups: readonly { readonly id: string; readonly name: string }[];
  readonly networkInterfaceId: string;
  /** On the containers' bridge. */
  readonly bridgeAddress: string;
  /** On this machine's loopback. */
  readonly address: string;
  readonly hasPublicAddress: boolean;
  readonly profile: InstanceProfile | undefined;
  /** Base64, as it was sent. */
  readonly userData: string | undefined;
  readonly metadataOptions: MetadataOptions;
  readonly shutdownBehavior: 'stop' | 'terminate';
  readonly terminationProtected: boolean;
  readonly clientToken: string | undefined;
  readonly ebsOptimized: boolean;
  readonly enaSupport: boolean;
}

export type VolumeState = 'in-use' | 'available';

export interface Volume extends Resource {
  readonly region: string;
  readonly availabilityZone: string;
  readonly createTime: Date;
  readonly device: BlockDevice;
  /** Undefined: it belongs to no instance any more. */
  readonly instanceId: string | undefined;
}

export interface NetworkInterface extends Resource {
  readonly region: string;
  readonly instanceId: string;
}

/** A volume of an instance, or the recipe for one in an image. */
export interface BlockDevice {
  /** `/dev/xvda` */
  readonly name: string;
  readonly snapshotId: string | undefined;
  readonly sizeGiB: number;
  readonly type: string;
  readonly iops: number | undefined;
  readonly throughput: number | undefined;
  readonly encrypted: boolean;
  readonly kmsKeyArn: string | undefined;
  readonly deleteOnTermination: boolean;
}

export interface LaunchPermission {
  readonly kind: 'group' | 'userId' | 'organizationArn' | 'organizationalUnitArn';
  readonly value: string;
}

export interface Image extends Resource {
  /** Undefined: in every region, as the images that AWS would have. */
  readonly region: string | undefined;
  readonly name: string;
  readonly description: string;
  readonly ownerId: string;
  readonly ownerAlias: string | undefined;
  readonly architecture: string;
  readonly state: 'pending' | 'available' | 'failed' | 'disabled';
  readonly stateReason: StateReason | undefined;
  readonly creationDate: Date;
  readonly rootDeviceName: string;
  readonly devices: readonly BlockDevice[];
  readonly permissions: readonly LaunchPermission[];
  readonly imdsSupport: string | undefined;
  readonly enaSupport: boolean;
  readonly deprecationTime: Date | undefined;
  readonly deregistrationProtection: 'disabled' | 'enabled-without-cooldown' | 'enabled-with-cooldown';
  readonly sourceInstanceId: string | undefined;
  readonly sourceImageId: string | undefined;
  readonly sourceImageRegion: string | undefined;
  /** What the machines know its content as: copies share one. */
  readonly disk: string;
}

export interface Snapshot extends Resource {
  readonly region: string;
  readonly ownerId: string;
  readonly state: 'pending' | 'completed' | 'error';
  readonly startTime: Date;
  readonly description: string;
  readonly volumeId: string;
  readonly sizeGiB: number;
  readonly encrypted: boolean;
  readonly kmsKeyArn: string | undefined;
  readonly permissions: readonly LaunchPermission[];
}

export interface State {
  readonly instances: Map<string, Instance>;
  readonly images: Map<string, Image>;
  readonly snapshots: Map<string, Snapshot>;
  readonly volumes: Map<string, Volume>;
  readonly networkInterfaces: Map<string, NetworkInterface>;
}

export function emptyState(): State {
  return {
    instances: new Map(),
    images: new Map(),
    snapshots: new Map(),
    volumes: new Map(),
    networkInterfaces: new Map(),
  };
}

/** Puts a record with `changes` in the place of the one with this id; does nothing where there is none. */
export function change<Kind extends Resource>(
  records: Map<string, Kind>,
  id: string,
  changes: Partial<Kind>,
): void {
  const record = records.get(id);
  if (record !== undefined) records.set(id, { ...record, ...changes });
}
