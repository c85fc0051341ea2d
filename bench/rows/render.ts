import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadFleet } from '../../src/fleet/load.ts';
import type { Fleet } from '../../src/fleet/model.ts';
import { planImages } from '../../src/plan/images.ts';
import type { Workspace } from '../../src/plan/model.ts';
import type { Assets } from '../../src/render/assets.ts';
import { renderWorkspace } from '../../src/render/workspace.ts';
import { loadAssets } from '../../src/world/assets.ts';
import { fleetOf, MARK } from '../fleets.ts';
import type { Measured, Row, World } from '../model.ts';

const ROLES = 100;
const GOAL_MILLISECONDS = 200;
const TIMES = 5;

export const render: Row = {
  name: 'render',
  what: `plan and render ${ROLES} roles, from the checked fleet to every byte of their files`,
  goal: `≤ ${GOAL_MILLISECONDS} ms, byte-identical`,
  measure,
};

async function measure({ scratch }: World): Promise<Measured> {
  const digests = new Set<string>();
  const took: number[] = [];
  const loading: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    // Another folder each time: no path of this machine may get into a file.
    const folder = join(scratch, `render-${time}`);
    await mkdir(folder);
    await writeFile(join(folder, 'bake.yaml'), fleetOf('many', ROLES));
    await writeFile(join(folder, 'mark.sh'), MARK);
    const before = performance.now();
    const [{ fleet }, assets] = await Promise.all([loadFleet(join(folder, 'bake.yaml'), {}), loadAssets()]);
    const loaded = performance.now();
    const workspaces = renderAll(fleet, assets);
    took.push(performance.now() - loaded);
    loading.push(loaded - before);
    digests.add(digest(workspaces));
  }
  const first = took[0] ?? 0;
  const firstLoading = loading[0] ?? 0;
  const best = Math.min(...took);
  return {
    figure: `${first.toFixed(0)} ms the first time, ${best.toFixed(0)} ms at best; ${digests.size === 1 ? 'byte-identical' : '**not the same bytes**'}`,
    met: first <= GOAL_MILLISECONDS && digests.size === 1,
    note: `Before that, the fleet file of ${ROLES} roles is read and checked, and bake's own files are read: ${firstLoading.toFixed(0)} ms the first time.`,
    numbers: {
      firstMilliseconds: first,
      bestMilliseconds: best,
      loadMilliseconds: firstLoading,
      digests: digests.size,
    },
  };
}

function renderAll(fleet: Fleet, assets: Assets): Workspace[] {
  return planImages(fleet, fleet.roles, { flat: false }).map((plan) => renderWorkspace(fleet, plan, assets));
}

function digest(workspaces: readonly Workspace[]): string {
  const hash = createHash('sha256');
  for (const { image, files } of workspaces)
    for (const { path, content } of files) hash.update(JSON.stringify([image, path, content]));
  return hash.digest('hex');
}
