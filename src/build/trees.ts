/** The compiled trees that a run may use. */

import { join } from 'node:path';
import type { Context } from '../context.ts';
import type { Fleet } from '../fleet/model.ts';
import { type LocalTrees, openLocalTrees } from '../trees/local.ts';
import type { Trees } from '../trees/model.ts';
import { openSharedTrees, type SharedTrees } from '../trees/shared.ts';
import { type Lend, openSupply } from '../trees/supply.ts';
import { cacheFolder } from '../world/cache.ts';
import { hasCode } from '../world/s3.ts';
import type { Site } from '../world/site.ts';

type TreeSite = Pick<Site, 'aws' | 'rehearsal'>;

export interface TreeStores {
  readonly local: LocalTrees;
  /** Undefined where the fleet file names no place for them, or AWS is not to be asked. */
  readonly shared: SharedTrees | undefined;
}

export async function openTreeStores(
  { environment, reporter }: Pick<Context, 'environment' | 'reporter'>,
  { fleet, site }: { readonly fleet: Fleet; readonly site: TreeSite | undefined },
): Promise<TreeStores> {
  const prefix = fleet.ossec.builtTrees;
  return {
    local: openLocalTrees(join(cacheFolder(environment), 'ossec-trees'), reporter.emit),
    shared: prefix === undefined || site === undefined ? undefined : await sharedTrees(site, prefix),
  };
}

/** A rehearsal has only those buckets that someone has made in it: without this one, nothing is shared there. */
async function sharedTrees({ aws, rehearsal }: TreeSite, prefix: string): Promise<SharedTrees | undefined> {
  const shared = openSharedTrees(aws.objects, prefix);
  if (!rehearsal) return shared;
  try {
    await shared.find({ tarball: 'none', recipe: 'none' });
    return shared;
  } catch (error) {
    if (hasCode(error, 'NoSuchBucket')) return undefined;
    throw error;
  }
}

/** What `bake.lock` pins is what the fleet's own tarball was compiled to. */
export async function openTrees(
  context: Pick<Context, 'environment' | 'reporter' | 'signal'>,
  options: { readonly fleet: Fleet; readonly site: TreeSite | undefined },
): Promise<Lend> {
  return openSupply({
    ...(await openTreeStores(context, options)),
    pinned: pinnedTrees(options.fleet),
    emit: context.reporter.emit,
    signal: context.signal,
  });
}

function pinnedTrees({ ossec: { tarball, frozen } }: Fleet): Trees {
  return frozen !== undefined && frozen.sha256 === tarball?.sha256 ? frozen.builtTrees : new Map();
}
