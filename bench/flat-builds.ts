/** The rivals: flat Packer files, one build for each image, as many at a time as bake bakes. */

import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import pMap from 'p-map';
import { ensureTools } from '../src/packer/tools.ts';
import { cacheFolder, openCache } from '../src/world/cache.ts';
import type { World } from './model.ts';
import type { Ossec } from './ossec.ts';

const RIVALS = join(import.meta.dirname, 'rivals');

export interface FlatBuild {
  /** `web`: the file `rivals/web.pkr.hcl`. */
  readonly file: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** The same image from a playbook. */
export function played({ file, variables }: FlatBuild): FlatBuild {
  return { file: 'ansible/image', variables: { ...variables, role: file } };
}

/** Runs them all, in a rehearsal in which bake has launched the source image before. @returns seconds */
export async function buildFlat(
  world: World,
  builds: readonly FlatBuild[],
  options: {
    readonly concurrency: number;
    readonly ossec: Pick<Ossec, 'tarball' | 'buildPackages'>;
    /** What the builds need beside what Packer needs. */
    readonly environment?: Readonly<Record<string, string>>;
  },
): Promise<number> {
  const { environment } = await world.rehearsal();
  const emit = () => undefined;
  const tools = await ensureTools({
    cache: openCache(cacheFolder(process.env)),
    environment: process.env,
    emit,
  });
  const common = { ossec_tarball: options.ossec.tarball, build_packages: options.ossec.buildPackages };
  const startedAt = performance.now();
  await pMap(
    builds,
    async ({ file, variables }) => {
      const temporary = await mkdtemp(join(world.scratch, 'flat-'));
      const flags = Object.entries({ ...common, ...variables }).flatMap(([name, value]) => [
        '-var',
        `${name}=${value}`,
      ]);
      await execa(tools.packer, ['build', '-color=false', ...flags, join(RIVALS, `${file}.pkr.hcl`)], {
        cwd: temporary,
        env: { ...environment, ...tools.environment, ...options.environment, TMPDIR: temporary },
        extendEnv: false,
        stdin: 'ignore',
      });
    },
    { concurrency: options.concurrency },
  );
  return (performance.now() - startedAt) / 1000;
}
