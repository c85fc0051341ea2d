/** `bake ossec build`: OSSEC compiled ahead of time, for every bake of the same tarball and platform. */

import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { openFetch } from '../build/fetch.ts';
import { requireTarball } from '../build/prepare.ts';
import { makeRunFolder, newRunId } from '../build/run-folder.ts';
import { runTreeBuilder } from '../build/tree-builder.ts';
import { openTreeStores, type TreeStores } from '../build/trees.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import type { Fleet } from '../fleet/model.ts';
import { ensureTools } from '../packer/tools.ts';
import type { Assets } from '../render/assets.ts';
import { type TreeKey, type Trees, treeRecipe } from '../trees/model.ts';
import { findTrees } from '../trees/supply.ts';
import { loadAssets } from '../world/assets.ts';
import { cacheFolder, openCache } from '../world/cache.ts';
import { currentCommit } from '../world/git.ts';
import { lockFileOf, readLock, writeLock } from '../world/lock-file.ts';
import { openSite, type Site } from '../world/site.ts';
import type { FleetOptions } from './fleet-options.ts';
import { loadForCommand } from './load.ts';

export interface OssecBuildOptions extends FleetOptions {
  readonly force: boolean;
  readonly rehearse: boolean;
}

export async function ossecBuild(context: Context, options: OssecBuildOptions): Promise<ExitCode> {
  const fleet = await loadForCommand(context, options);
  requireTarball(fleet, { rehearsal: options.rehearse });
  const fleetFile = resolve(context.workingFolder, options.file);
  const [site, assets] = await Promise.all([
    openSite(context, { rehearse: options.rehearse, region: fleet.region }),
    loadAssets(),
  ]);
  const tarball = await localTarball(context, { fleet, site, fleetFile });
  const key = { tarball: tarball.sha256, recipe: treeRecipe(assets) };
  const stores = await openTreeStores(context, { fleet, site });
  const work = { context, fleet, fleetFile, site, assets, tarball, key, stores };

  const tree = await stores.local.alone(key, context.signal, () => ensureTree(work, options));
  await share(work, tree, options);
  const lock = await pin(work, tree);
  context.reporter.result({ ...tree, lock: lock ?? null, shared: stores.shared?.name ?? null }, [
    `${tree.platform}: ${tree.sha256}, ${tree.compiled ? 'compiled' : 'as it was'}`,
    ...(stores.shared === undefined ? [] : [`${stores.shared.name}: has it`]),
    ...(lock === undefined ? [] : [`${lock}: names it; commit it`]),
  ]);
  return EXIT.done;
}

interface Work {
  readonly context: Context;
  readonly fleet: Fleet;
  readonly fleetFile: string;
  readonly site: Site;
  readonly assets: Assets;
  readonly tarball: Tarball;
  readonly key: TreeKey;
  readonly stores: TreeStores;
}

interface Tarball {
  readonly path: string;
  readonly sha256: string;
}

/** The tree for the platform of the fleet's source image. */
interface Tree {
  readonly platform: string;
  readonly sha256: string;
  readonly compiled: boolean;
}

async function localTarball(
  context: Context,
  { fleet, site, fleetFile }: Pick<Work, 'fleet' | 'site' | 'fleetFile'>,
): Promise<Tarball> {
  const { tarball } = fleet.ossec;
  if (tarball === undefined) return site.standIn();
  const fetch = openFetch(context, { fleet, fleetFolder: dirname(fleetFile), objects: site.aws.objects });
  return { path: await fetch(tarball), sha256: tarball.sha256 };
}

/** `bake.lock` has no say: what it pins is what this command decides. */
async function ensureTree(work: Work, { force }: OssecBuildOptions): Promise<Tree> {
  const { fleet, site, key, stores } = work;
  const { imageId: ami } = await site.aws.sourceImage(fleet.source);
  const trees = force
    ? new Map<string, string>()
    : await findTrees({ key }, { ...stores, pinned: new Map() });
  const platform = await stores.local.platformOf(ami);
  const sha256 = platform === undefined ? undefined : trees.get(platform);
  if (platform !== undefined && sha256 !== undefined) return { platform, sha256, compiled: false };
  return askBuilder(work, ami, trees);
}

/** It compiles, or finds that one of `trees` is for it. */
async function askBuilder(work: Work, ami: string, trees: Trees): Promise<Tree> {
  const { context, fleetFile, site, key, stores } = work;
  await site.prepareSource(ami);
  const { environment, signal, reporter } = context;
  const { emit } = reporter;
  const cache = openCache(cacheFolder(environment), emit, signal);
  const tools = await ensureTools({ cache, environment, emit, signal });
  const runId = newRunId(context.now());
  const folder = dirname(fleetFile);
  const { platform, archive } = await runTreeBuilder({
    ...work,
    tools,
    runId,
    runFolder: await makeRunFolder(folder, runId),
    commit: await currentCommit(folder),
    sourceAmi: ami,
    trees,
    pathOf: stores.local.path,
  });
  await stores.local.learn(ami, platform);
  if (archive !== undefined)
    return { platform, sha256: await stores.local.keep(key, platform, archive), compiled: true };
  const used = trees.get(platform);
  if (used === undefined) throw new Error(`the builder has neither compiled for ${platform} nor got a tree`);
  return { platform, sha256: used, compiled: false };
}

async function share(
  { key, stores }: Work,
  { platform, sha256 }: Tree,
  options: OssecBuildOptions,
): Promise<void> {
  const content = await readFile(stores.local.path(sha256));
  await stores.shared?.offer(key, { platform, sha256, content }, { replace: options.force });
}

/** Writes this one tree into `bake.lock`, where that is of the same tarball; returns its path as it is seen. */
async function pin(
  { context, fleetFile, tarball }: Work,
  { platform, sha256 }: Tree,
): Promise<string | undefined> {
  const path = lockFileOf(fleetFile);
  const lock = await readLock(path);
  if (lock?.ossec.sha256 !== tarball.sha256) return undefined;
  const builtTrees = new Map([...lock.ossec.builtTrees, [platform, sha256]]);
  await writeLock(path, { ...lock, ossec: { ...lock.ossec, builtTrees } });
  return relative(context.workingFolder, path);
}
