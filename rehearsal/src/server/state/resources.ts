/** Finding resources by id, whatever their kind. */

import { AwsError } from '../aws-error.ts';
import { change, type Resource, type State, type Tags } from './model.ts';

type Prefix = 'i' | 'ami' | 'snap' | 'vol';

interface Kind {
  /** As EC2's tag calls name it. */
  readonly type: string;
  readonly records: (state: State) => Map<string, Resource>;
  readonly notFound: readonly [code: string, message: (id: string) => string];
  readonly malformed: string;
}

const KINDS: Readonly<Record<Prefix, Kind>> = {
  i: {
    type: 'instance',
    records: (state) => state.instances,
    notFound: ['InvalidInstanceID.NotFound', (id) => `The instance ID '${id}' does not exist`],
    malformed: 'InvalidInstanceID.Malformed',
  },
  ami: {
    type: 'image',
    records: (state) => state.images,
    notFound: ['InvalidAMIID.NotFound', (id) => `The image id '[${id}]' does not exist`],
    malformed: 'InvalidAMIID.Malformed',
  },
  snap: {
    type: 'snapshot',
    records: (state) => state.snapshots,
    notFound: ['InvalidSnapshot.NotFound', (id) => `The snapshot '${id}' does not exist.`],
    malformed: 'InvalidSnapshotID.Malformed',
  },
  vol: {
    type: 'volume',
    records: (state) => state.volumes,
    notFound: ['InvalidVolume.NotFound', (id) => `The volume '${id}' does not exist.`],
    malformed: 'InvalidVolumeID.Malformed',
  },
};

export interface FoundResource {
  readonly id: string;
  readonly type: string;
  readonly tags: Tags;
  readonly retag: (tags: Tags) => void;
}

/**
 * The resource with this id; undefined where ids like this are moto's. (Network interfaces of instances
 * are kept here, all others by moto.)
 * @throws AwsError InvalidInstanceID.NotFound, …
 */
export function findResource(state: State, region: string, id: string): FoundResource | undefined {
  const networkInterface = state.networkInterfaces.get(id);
  if (networkInterface?.region === region) {
    return found('network-interface', state.networkInterfaces, networkInterface);
  }
  const prefix = prefixOf(id);
  if (prefix === undefined) return undefined;
  const records = KINDS[prefix].records(state);
  const resource = records.get(id);
  if (resource === undefined || !isIn(resource, region)) throw notFound(prefix, id);
  return found(KINDS[prefix].type, records, resource);
}

/** Every resource of a region that can have tags. */
export function allResources(state: State, region: string): readonly FoundResource[] {
  const kinds = Object.values(KINDS).map((kind) => [kind.type, kind.records(state)] as const);
  const networkInterfaces: (typeof kinds)[number] = ['network-interface', state.networkInterfaces];
  return [...kinds, networkInterfaces].flatMap(([type, records]) =>
    [...records.values()]
      .filter((resource) => isIn(resource, region))
      .map((resource) => found(type, records, resource)),
  );
}

/**
 * The record with this id.
 * @throws AwsError InvalidInstanceID.Malformed, InvalidInstanceID.NotFound, …
 */
export function byId<Kind extends Resource>(
  records: ReadonlyMap<string, Kind>,
  prefix: Prefix,
  region: string,
  id: string,
): Kind {
  if (!new RegExp(`^${prefix}-[0-9a-f]{8,17}$`).test(id)) {
    throw new AwsError(KINDS[prefix].malformed, `Invalid id: "${id}" (expecting "${prefix}-...")`);
  }
  const record = records.get(id);
  if (record === undefined || !isIn(record, region)) throw notFound(prefix, id);
  return record;
}

/** Ids that moto knows nothing about. */
export function prefixOf(id: string): Prefix | undefined {
  const prefix = /^(i|ami|snap|vol)-/.exec(id)?.[1];
  return prefix === 'i' || prefix === 'ami' || prefix === 'snap' || prefix === 'vol' ? prefix : undefined;
}

/** Whether a resource is in a region; those without one are in all. */
export function isIn(resource: Resource, region: string): boolean {
  const own = 'region' in resource ? resource.region : undefined;
  return own === undefined || own === region;
}

function notFound(prefix: Prefix, id: string): AwsError {
  const [code, message] = KINDS[prefix].notFound;
  return new AwsError(code, message(id));
}

function found(type: string, records: Map<string, Resource>, { id, tags }: Resource): FoundResource {
  return { id, type, tags, retag: (changed) => change(records, id, { tags: changed }) };
}
