/** The compiled trees that a run may use. */

import { join } from 'node:path';
import type { Context } from '../context.ts';
import type { Fleet } from '../fleet/model.ts';
import { type LocalTrees, openLocalTrees } from '../trees/local.ts';
import type { Trees } from '../trees/model.ts';
import { openSharedTrees, type SharedTrees } from '../trees/shared.ts';
import { type Lend, openSupply } from '../trees/supply.ts';
import { cacheFolder } from '../world/cache.ts';
import type { Site } from '../world/site.ts';

export interface TreeStores {
  readonly local: LocalTrees;
  /** Undefined where the fleet file names no place for them. */
  readonly shared: SharedTrees | undefined;
}

export function openTreeStores(
  { environment, reporter }: Pick<Context, 'environment' | 'reporter'>,
  { fleet, site }: { readonly fleet: Fleet; readonly site: Pick<Site, 'aws'> },
): TreeStores {
  const prefix = fleet.ossec.builtTrees;
  return {
    local: openLocalTrees(join(cacheFolder(environment), 'ossec-trees'), reporter.emit),
    shared: prefix === undefined ? undefined : openSharedTrees(site.aws.objects, prefix),
  };
}

/** What `bake.lock` pins is what the fleet's own tarball was compiled to. */
export function openTrees(
  context: Pick<Context, 'environment' | 'reporter' | 'signal'>,
  options: { readonly fleet: Fleet; readonly site: Pick<Site, 'aws'> },
): Lend {
  return openSupply({
    ...openTreeStores(context, options),
    pinned: pinnedTrees(options.fleet),
    emit: context.reporter.emit,
    signal: context.signal,
  });
}

function pinnedTrees({ ossec: { tarball, frozen } }: Fleet): Trees {
  return frozen !== undefined && frozen.sha256 === tarball?.sha256 ? frozen.builtTrees : new Map();
}
