/** What a push brings to an instance, as one archive that its digest names. Pure. */

import type { Fleet } from '../../fleet/model.ts';
import type { Entry } from '../../frozen/entry.ts';
import { packEntries } from '../../frozen/pack.ts';
import type { OssecConfig } from '../../ossec/config.ts';
import { ossec, ossecConfig, ossecEnable, sealBaseline, type Unnumbered } from '../../plan/steps.ts';
import { type Assets, asset } from '../../render/assets.ts';
import { stepFiles } from '../../render/workspace.ts';
import type { WantedOssec } from './change.ts';
import { sha256, type WantedLayer } from './wanted.ts';

export interface BundleOptions {
  readonly fleet: Fleet;
  readonly config: OssecConfig;
  readonly layer: WantedLayer;
  readonly assets: Assets;
  readonly ossec: WantedOssec;
  /** With it, OSSEC itself comes along: for instances of this platform with another one, or none. */
  readonly version?: VersionParts;
}

export interface VersionParts {
  /** `debian-12-amd64` */
  readonly platform: string;
  /** The frozen tarball. */
  readonly tarball: Uint8Array;
  /** The compiled tree; undefined: the stand-in is installed from its tarball. */
  readonly tree: Uint8Array | undefined;
}

export interface Bundle {
  readonly sha256: string;
  readonly content: Uint8Array;
}

export function makeBundle(options: BundleOptions): Bundle {
  const { version, layer, assets, fleet, config } = options;
  const steps = [
    { ...ossecConfig(config), name: 'ossec-config' },
    ...(version === undefined
      ? []
      : [{ ...ossec(fleet.ossec), name: 'ossec' }, ossecEnable(), freshBaseline(config)]),
  ];
  const entries = [
    entry('manifest.json', `${JSON.stringify(manifest(options), undefined, 1)}\n`),
    ...layer.files.map(({ content }, index) => entry(nameOf(index), content)),
    ...scripts(assets),
    entry('steps/lib.sh', asset(assets, 'provisioners/lib.sh')),
    ...steps.flatMap((step) => stepEntries(step, assets)),
    ...(version === undefined ? [] : artifacts(version)),
  ];
  // Nothing of when and where it was made is in it: the same fleet file gives the same digest.
  const content = packEntries(entries, 0);
  return { sha256: sha256(content), content };
}

/** A machine that has been running for long has had its first boot. */
function freshBaseline(config: OssecConfig): Unnumbered {
  return sealBaseline({ ...config, firstBoot: [] });
}

function manifest({ fleet, config, layer, ossec: wanted, version }: BundleOptions): object {
  return {
    version: 1,
    name: `${fleet.name} ${config.image} ${layer.digest.slice(0, 12)}`,
    kind: version === undefined ? 'config' : 'version',
    // A configuration is the same on all of them.
    platform: version?.platform ?? '',
    ossec: {
      version: wanted.version ?? null,
      tarball: wanted.tarball,
      tree: version?.tree === undefined ? null : sha256(version.tree),
    },
    files: layer.files.map(({ content: _, ...file }, index) => ({ ...file, from: nameOf(index) })),
    absent: layer.absent,
    email: layer.email,
    needs: layer.needs,
    hooks: layer.hooks,
  };
}

function nameOf(index: number): string {
  return `files/${index}`;
}

function scripts(assets: Assets): Entry[] {
  const folder = 'documents/push/';
  return [...assets]
    .filter(([path]) => path.startsWith(`${folder}apply/`))
    .map(([path, content]) => entry(path.slice(folder.length), content));
}

function stepEntries(step: Unnumbered, assets: Assets): Entry[] {
  return stepFiles({ ...step, id: step.name }, assets).map(({ path, content }) => entry(path, content));
}

/** Each under its digest, as the step that installs OSSEC looks for them. */
function artifacts({ tarball, tree }: VersionParts): Entry[] {
  const names = `${tree === undefined ? '-' : sha256(tree)} ${sha256(tarball)}\n`;
  return [
    entry('artifacts/names', names),
    ...[tarball, ...(tree === undefined ? [] : [tree])].map((one) => entry(`artifacts/${sha256(one)}`, one)),
  ];
}

function entry(path: string, content: string | Uint8Array): Entry {
  return { path, kind: 'file', executable: false, content: Buffer.from(content), target: '' };
}
