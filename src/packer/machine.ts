/** The Packer and the amazon plugin that the machine already has. */

import type { Environment } from '../context.ts';
import { findProgram, runProgram } from '../world/processes.ts';
import { compareVersions, parseVersion, type Version } from './versions.ts';

/** `packer plugins install --path` and the plugin protocol that is used here came with this release. */
export const OLDEST_PACKER: Version = [1, 11, 0];
/** The first release whose clients all heed AWS_ENDPOINT_URL. */
export const OLDEST_PLUGIN: Version = [1, 8, 0];
const FIRST_FOREIGN_PLUGIN: Version = [2, 0, 0];

export interface FoundPacker {
  readonly path: string;
  readonly version: Version;
  readonly usable: boolean;
}

export interface FoundPlugin {
  /** What PACKER_PLUGIN_PATH must be for Packer to find it. */
  readonly folder: string;
  readonly version: Version;
  readonly usable: boolean;
}

/** Packer must not phone home, and a probe must not hang: other programs are called `packer` too. */
const PROBE = { timeoutMilliseconds: 10_000 };

export async function findPacker(environment: Environment): Promise<FoundPacker | undefined> {
  const path = await findProgram('packer', environment);
  if (path === undefined) return undefined;
  const ran = await runProgram(path, ['version'], { ...PROBE, environment: quiet(environment) });
  const version = /^Packer v/.test(ran.stdout) ? parseVersion(ran.stdout) : undefined;
  if (version === undefined) return undefined;
  return { path, version, usable: compareVersions(version, OLDEST_PACKER) >= 0 };
}

/** The newest usable amazon plugin that this Packer knows, else the newest one. */
export async function findPlugin(packer: string, environment: Environment): Promise<FoundPlugin | undefined> {
  const ran = await runProgram(packer, ['plugins', 'installed'], {
    ...PROBE,
    environment: quiet(environment),
  });
  return parseInstalled(ran.stdout).sort(
    (a, b) => Number(b.usable) - Number(a.usable) || compareVersions(b.version, a.version),
  )[0];
}

/** `packer plugins installed`: one path a line, `FOLDER/github.com/hashicorp/amazon/packer-plugin-amazon_v1.8.1_x5.0_…`. */
export function parseInstalled(output: string): FoundPlugin[] {
  return output.split('\n').flatMap((line) => {
    const match = /^(.+)\/github\.com\/hashicorp\/amazon\/packer-plugin-amazon_v([^_]+)_/.exec(line);
    const version = match === null ? undefined : parseVersion(match[2] ?? '');
    if (match === null || version === undefined) return [];
    const usable =
      compareVersions(version, OLDEST_PLUGIN) >= 0 && compareVersions(version, FIRST_FOREIGN_PLUGIN) < 0;
    return [{ folder: match[1] ?? '', version, usable }];
  });
}

function quiet(environment: Environment): Environment {
  return { ...environment, CHECKPOINT_DISABLE: '1', PACKER_LOG: undefined };
}
