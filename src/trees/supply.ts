/** Compiled trees for the builders of a run: from this machine, from S3, or compiled by the first of them. */

import { createHash } from 'node:crypto';
import type { Emit } from '../events.ts';
import { fail } from '../failure.ts';
import { readBuilt } from './built.ts';
import type { LocalTrees } from './local.ts';
import type { TreeKey, Trees } from './model.ts';
import type { SharedTrees } from './shared.ts';

export interface SupplyOptions {
  readonly local: LocalTrees;
  readonly shared: SharedTrees | undefined;
  /** What `bake.lock` has: for these platforms no other tree is used or kept. */
  readonly pinned: Trees;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** A builder that installs OSSEC. */
export interface Builder {
  readonly key: TreeKey;
  /** The AMI that it starts from. */
  readonly ami: string;
}

/** What a builder gets. */
export interface Lent {
  readonly trees: Trees;
  /** SHA-256 → local path of each. */
  readonly artifacts: ReadonlyMap<string, string>;
  /** To be called when what the builder reports is in `folder`: others may be waiting for it. */
  readonly arrived: (folder: string) => Promise<void>;
}

/** Runs `build` with the trees that there are for a builder. */
export type Lend = <T>(builder: Builder, build: (lent: Lent) => Promise<T>) => Promise<T>;

/**
 * Lends trees to the builders of a run. Where there is none, one builder of this machine compiles and the
 * others wait until its tree has arrived. Throws {@link Failed} for a tree that must not be used.
 */
export function openSupply(options: SupplyOptions): Lend {
  return async (builder, build) => {
    const trees = await findTrees(builder, options);
    if (await isFor(trees, builder, options)) return build(lent(trees, builder, options));
    return compileAlone(builder, options, build);
  };
}

/** The first one of those that have no tree builds with none, and lets the next go on as soon as there is one. */
async function compileAlone<T>(
  builder: Builder,
  options: SupplyOptions,
  build: (lent: Lent) => Promise<T>,
): Promise<T> {
  let own: Promise<T> | undefined;
  const trees = await options.local.alone(builder.key, options.signal, async () => {
    const found = await findTrees(builder, options);
    if (await isFor(found, builder, options)) return found;
    const { promise: isThere, resolve } = Promise.withResolvers<void>();
    const mine = lent(found, builder, options);
    own = build({ ...mine, arrived: (folder) => mine.arrived(folder).finally(resolve) });
    await Promise.race([isThere, own.then(done, done)]);
    return found;
  });
  return own ?? build(lent(trees, builder, options));
}

function done(): void {}

/** Whether a builder from this AMI will find its own among `trees`. What no builder has reported yet is unknown. */
async function isFor(trees: Trees, { ami }: Builder, { local }: SupplyOptions): Promise<boolean> {
  const platform = await local.platformOf(ami);
  return platform !== undefined && trees.has(platform);
}

/** All that may be used, as files of this machine. What machines share goes before what only this one has. */
export async function findTrees(
  { key }: Pick<Builder, 'key'>,
  { local, shared, pinned }: Pick<SupplyOptions, 'local' | 'shared' | 'pinned'>,
): Promise<Trees> {
  const here = await local.find(key);
  const trees = new Map([...here].filter(([platform, sha256]) => isPinned(pinned, platform, sha256)));
  if (shared === undefined) return trees;
  for (const [platform, sha256] of await shared.find(key)) {
    if (!isPinned(pinned, platform, sha256)) refuseUnpinned(platform, sha256, shared.name);
    if (here.get(platform) !== sha256) await local.keep(key, platform, await shared.fetch(platform, sha256));
    trees.set(platform, sha256);
  }
  return trees;
}

function isPinned(pinned: Trees, platform: string, sha256: string): boolean {
  return (pinned.get(platform) ?? sha256) === sha256;
}

function refuseUnpinned(platform: string, sha256: string, where: string): never {
  fail({
    kind: 'input',
    problem: `the compiled tree for ${platform} in ${where}, ${sha256}, is not the one in bake.lock`,
    remedy:
      'find out who put it there; `bake ossec build` writes it into bake.lock, and with --force compiles another',
  });
}

function lent(trees: Trees, builder: Builder, options: SupplyOptions): Lent {
  return {
    trees,
    artifacts: new Map([...trees.values()].map((sha256) => [sha256, options.local.path(sha256)])),
    arrived: (folder) => take(folder, builder, options),
  };
}

/** Learns what a builder is, and keeps what it has compiled where another one may use it. */
async function take(folder: string, { key, ami }: Builder, options: SupplyOptions): Promise<void> {
  const { local, shared, pinned, emit } = options;
  const built = await readBuilt(folder);
  if (built === undefined) return;
  const { platform, archive } = built;
  await local.learn(ami, platform);
  if (archive === undefined) return;
  if (!isPinned(pinned, platform, digestOf(archive))) {
    emit({
      type: 'notice',
      level: 'warning',
      text: `OSSEC was compiled for ${platform}: the tree that bake.lock has for it is nowhere, and another one is not kept`,
      remedy: 'make it anew with `bake ossec build`',
    });
    return;
  }
  const sha256 = await local.keep(key, platform, archive);
  await shared?.offer(key, { platform, sha256, content: archive }, { replace: false });
}

function digestOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
