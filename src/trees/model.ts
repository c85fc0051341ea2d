/** OSSEC compiled once and installed on many builders: what names such a tree. Pure. */

import { createHash } from 'node:crypto';
import { type Assets, asset } from '../render/assets.ts';

/** SHA-256 of compiled trees by the platform that they are for, such as `debian-12-amd64`. */
export type Trees = ReadonlyMap<string, string>;

/** What a tree was compiled of and how, for one platform each. */
export interface TreeKey {
  /** SHA-256 of the frozen tarball. */
  readonly tarball: string;
  /** Digest of what compiles it. */
  readonly recipe: string;
}

/** What a builder calls its platform. */
export const PLATFORM = /^[a-z0-9][a-z0-9._-]{0,99}$/;

/** The scripts that decide what a tree contains; `provisioners/ossec/compile.sh` says so. */
const RECIPE = ['compile.sh', 'built-tree.sh', 'preloaded-vars.conf'];

export function treeRecipe(assets: Assets): string {
  const hash = createHash('sha256');
  for (const name of RECIPE) hash.update(JSON.stringify([name, asset(assets, `provisioners/ossec/${name}`)]));
  return hash.digest('hex');
}

/** As the builder gets them: `debian-12-amd64=SHA256 debian-13-amd64=SHA256`. */
export function formatOffers(trees: Trees): string {
  return [...trees]
    .map(([platform, sha256]) => `${platform}=${sha256}`)
    .sort()
    .join(' ');
}
