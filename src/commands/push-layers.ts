/** What roles' instances should have, and the bundles that bring it; made once each. */

import { readFile } from 'node:fs/promises';
import { openFetch } from '../build/fetch.ts';
import { openTreeStores } from '../build/trees.ts';
import type { Context } from '../context.ts';
import { fail } from '../failure.ts';
import type { Fleet, Role } from '../fleet/model.ts';
import { type Bundle, makeBundle, type VersionParts } from '../instances/push/bundle.ts';
import type { WantedOssec } from '../instances/push/change.ts';
import { type WantedLayer, wantedLayer } from '../instances/push/wanted.ts';
import { effectiveOssec, type OssecConfig } from '../ossec/config.ts';
import type { Assets } from '../render/assets.ts';
import { treeRecipe } from '../trees/model.ts';
import { findTrees } from '../trees/supply.ts';
import type { Site } from '../world/site.ts';
import { fleetFolderOf } from './fleet-folder.ts';

export interface Layers {
  readonly ossec: WantedOssec;
  of(role: Role): WantedLayer;
  /** Without a platform: the configuration alone. */
  bundle(role: Role, platform?: string): Promise<Bundle>;
}

interface LayerOptions {
  readonly fleet: Fleet;
  readonly site: Site;
  readonly assets: Assets;
  /** The fleet file's path. */
  readonly file: string;
}

export async function openLayers(context: Context, options: LayerOptions): Promise<Layers> {
  const { fleet, site, assets } = options;
  const tarball = await openTarball(context, options);
  const ossec = { version: fleet.ossec.frozen?.version, tarball: tarball.sha256 };
  const layers = new Map<string, { config: OssecConfig; layer: WantedLayer }>();
  const layerOf = (role: Role) => {
    const config = effectiveOssec(fleet, role);
    const made = layers.get(role.name) ?? { config, layer: wantedLayer(config, assets) };
    layers.set(role.name, made);
    return made;
  };
  const versions = new Map<string, Promise<VersionParts>>();
  const versionFor = (platform: string) => {
    const made = versions.get(platform) ?? versionParts(context, { fleet, site, assets, platform, tarball });
    versions.set(platform, made);
    return made;
  };
  const bundles = new Map<string, Promise<Bundle>>();
  return {
    ossec,
    of: (role) => layerOf(role).layer,
    bundle: (role, platform) => {
      const key = `${role.name} ${platform ?? ''}`;
      const make = async () => {
        const version = platform === undefined ? {} : { version: await versionFor(platform) };
        return makeBundle({ fleet, assets, ossec, ...layerOf(role), ...version });
      };
      const made = bundles.get(key) ?? make();
      bundles.set(key, made);
      return made;
    },
  };
}

interface Tarball {
  readonly sha256: string;
  readonly read: () => Promise<Buffer>;
}

/** The frozen one, or in a rehearsal the stand-in. */
async function openTarball(context: Context, { fleet, site, file }: LayerOptions): Promise<Tarball> {
  const { tarball } = fleet.ossec;
  if (tarball !== undefined) {
    const fleetFolder = fleetFolderOf(context, file);
    const fetch = openFetch(context, { fleet, fleetFolder, objects: site.aws.objects });
    return { sha256: tarball.sha256, read: async () => readFile(await fetch(tarball)) };
  }
  if (site.rehearsal) {
    const { path, sha256 } = await site.standIn();
    return { sha256, read: () => readFile(path) };
  }
  return fail({
    kind: 'input',
    problem: 'the fleet file names no tarball of OSSEC, so there is nothing to push',
    remedy: 'freeze a release (`bake ossec freeze`), and set `ossec.tarball` and `ossec.sha256`',
  });
}

interface Platform {
  readonly fleet: Fleet;
  readonly site: Site;
  readonly assets: Assets;
  readonly platform: string;
  readonly tarball: Tarball;
}

/** The stand-in is installed as it is; of a real one only what was compiled before goes to running machines. */
async function versionParts(
  context: Context,
  { fleet, site, assets, platform, tarball }: Platform,
): Promise<VersionParts> {
  const content = await tarball.read();
  if (fleet.ossec.tarball === undefined) return { platform, tarball: content, tree: undefined };
  const stores = await openTreeStores(context, { fleet, site });
  const pinned = fleet.ossec.frozen?.builtTrees ?? new Map<string, string>();
  const key = { tarball: tarball.sha256, recipe: treeRecipe(assets) };
  const sha256 = (await findTrees({ key }, { ...stores, pinned })).get(platform);
  if (sha256 === undefined) {
    return fail({
      kind: 'prerequisite',
      problem: `there is no compiled tree of this OSSEC for ${platform}, and none is compiled on running machines`,
      remedy: 'compile it on a builder of that platform',
      commands: ['bake ossec build'],
    });
  }
  return { platform, tarball: content, tree: await readFile(stores.local.path(sha256)) };
}
