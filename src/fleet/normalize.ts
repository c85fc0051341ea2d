/** The checked file and the files that it names → {@link Fleet}. Pure. */

import type { FrozenOssec } from '../ossec/model.ts';
import { keyLines } from './content.ts';
import { secondsOf } from './duration.ts';
import type {
  Base,
  Builder,
  Fleet,
  Images,
  Layer,
  Listener,
  PlacedFile,
  Role,
  SourceImage,
  User,
  UserStep,
} from './model.ts';
import { normalizeLayer, normalizeOssec } from './normalize-ossec.ts';
import { normalizeRollout, normalizeWaves } from './normalize-rollout.ts';
import { filesOf, type GatheredFiles } from './references.ts';
import type { FleetFile } from './schema.ts';

type LayerFile = FleetFile['base'] | FleetFile['roles'][string];
type KeyEntry = FleetFile['base']['authorized_keys'][number];
type FileEntry = FleetFile['base']['files'][number];
type StepEntry = FleetFile['base']['steps'][number];

/** Fills in what the file leaves out. Expects a file without failures: it reports none. */
export function normalize(file: FleetFile, gathered: GatheredFiles, frozen: FrozenOssec | undefined): Fleet {
  return {
    name: file.fleet,
    region: file.region,
    source: source(file.source),
    builder: builder(file.builder),
    tags: { ...file.tags },
    base: base(file.base, gathered),
    ossec: normalizeOssec(file.ossec, gathered, frozen),
    images: images(file.images),
    verify: verify(file.verify),
    waves: normalizeWaves(file.rollout.waves),
    roles: Object.entries(file.roles).map(([name, role]) => normalizeRole(name, role, file, gathered)),
  };
}

function source({ ami, filter, ssm_parameter }: FleetFile['source']): SourceImage {
  if (ami !== undefined) return { kind: 'ami', id: ami };
  if (filter !== undefined) return { kind: 'filter', name: filter.name, owners: filter.owners };
  if (ssm_parameter !== undefined) return { kind: 'ssm-parameter', name: ssm_parameter };
  throw new Error('a source image that the rules should have refused');
}

function builder(file: FleetFile['builder']): Builder {
  return {
    instanceType: file.instance_type,
    subnetId: file.subnet,
    instanceProfile: file.instance_profile,
    ssh: ssh(file.ssh),
    volume: { sizeGiB: file.volume.size_gib, type: file.volume.type, device: file.volume.device },
    encryption:
      typeof file.encryption === 'boolean'
        ? { encrypted: file.encryption, kmsKey: undefined }
        : { encrypted: true, kmsKey: file.encryption.kms_key },
  };
}

function ssh({ user, via, from }: FleetFile['builder']['ssh']): Builder['ssh'] {
  return via === 'session_manager' ? { user, via } : { user, via, from: from ?? 'my_address' };
}

function images(file: FleetFile['images']): Images {
  return {
    reports: file.reports?.replace(/\/$/, ''),
    parameters: file.parameters,
    regions: Object.entries(file.regions).map(([region, { kms_key }]) => ({ region, kmsKey: kms_key })),
    accounts: file.accounts,
    deprecateAfterSeconds: secondsOf(file.deprecate_after),
    pruneShared: file.prune_shared,
  };
}

function verify({ checks }: FleetFile['verify']): Fleet['verify'] {
  return {
    checks: checks.map(({ name, run, within }) => ({ name, run, withinSeconds: secondsOf(within) })),
  };
}

function base(file: FleetFile['base'], gathered: GatheredFiles): Base {
  return {
    authorizedKeys: keys(file.authorized_keys, gathered),
    ...layer(file, gathered),
    ssmAgent: file.ssm_agent,
  };
}

function normalizeRole(
  name: string,
  role: FleetFile['roles'][string],
  file: FleetFile,
  gathered: GatheredFiles,
): Role {
  return {
    name,
    ...layer(role, gathered),
    internetFacing: role.internet_facing,
    ossec: normalizeLayer(role.ossec, file.ossec, gathered),
    listens: role.listens.map(listener),
    writes: role.writes,
    opens: role.opens.map(listener),
    autoUpdate: role.auto_update,
    instanceType: role.instance_type ?? file.builder.instance_type,
    tags: { ...role.tags },
    groups: role.groups,
    groupTags: { ...role.group_tags },
    verify: verify(role.verify),
    rollout: normalizeRollout(role.rollout, file.rollout),
  };
}

function layer(file: LayerFile, gathered: GatheredFiles): Layer {
  return {
    packages: file.packages,
    users: file.users.map(
      (user): User => ({
        name: user.name,
        sudo: user.sudo,
        groups: user.groups,
        shell: user.shell,
        authorizedKeys: keys(user.authorized_keys, gathered),
      }),
    ),
    files: file.files.flatMap((entry) => placedFiles(entry, gathered)),
    services: file.services,
    steps: file.steps.map((entry) => step(entry, gathered)),
  };
}

/** The lines in the order of the entries, each once. */
function keys(entries: readonly KeyEntry[], gathered: GatheredFiles): string[] {
  const lines = entries.flatMap((entry) => {
    if (typeof entry === 'string') return [entry.trim()];
    const files = [
      ...(entry.file === undefined ? [] : filesOf(gathered, { kind: 'file', text: entry.file })),
      ...(entry.glob === undefined ? [] : filesOf(gathered, { kind: 'glob', text: entry.glob })),
    ];
    return files.flatMap((file) => keyLines(file).map(({ line }) => line));
  });
  return [...new Set(lines)];
}

function placedFiles(entry: FileEntry, gathered: GatheredFiles): PlacedFile[] {
  const { path, owner, group } = entry;
  const mode = entry.mode?.padStart(4, '0');
  if (entry.source === undefined) {
    return [{ path, owner, group, mode: mode ?? '0644', content: Buffer.from(entry.content ?? '') }];
  }
  return filesOf(gathered, { kind: 'file-or-folder', text: entry.source }).map((file) => ({
    path: file.below === '' ? path : `${path}/${file.below}`,
    owner,
    group,
    mode: mode ?? (file.executable ? '0755' : '0644'),
    content: file.content,
  }));
}

function step({ name, script, env }: StepEntry, gathered: GatheredFiles): UserStep {
  const environment = Object.entries(env).map(([variable, value]) => [
    variable,
    typeof value === 'string'
      ? ({ kind: 'plain', value } as const)
      : ({ kind: 'secret', environmentVariable: value.secret.slice('${env:'.length, -1) } as const),
  ]);
  return {
    name,
    script: filesOf(gathered, { kind: 'file', text: script })[0]?.content ?? new Uint8Array(),
    scriptPath: script,
    environment: Object.fromEntries(environment),
  };
}

function listener(value: string | number): Listener {
  const [port, protocol] = String(value).split('/');
  return { protocol: protocol === 'udp' ? 'udp' : 'tcp', port: Number(port) };
}
