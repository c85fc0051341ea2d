/** `bake render` and `--dry-run`: the workspace, and nothing else. No network, no credentials, no Packer. */

import { join, relative } from 'node:path';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import type { Fleet } from '../fleet/model.ts';
import { planImages } from '../plan/images.ts';
import type { ImagePlan, Workspace } from '../plan/model.ts';
import { renderWorkspace } from '../render/workspace.ts';
import { loadAssets } from '../world/assets.ts';
import { writeWorkspace } from '../world/workspace-folder.ts';
import { type RoleOptions, selectRoles } from './fleet-options.ts';
import { loadForCommand } from './load.ts';

export interface Rendered {
  readonly fleet: Fleet;
  /** Base first. */
  readonly images: ReadonlyArray<{ readonly plan: ImagePlan; readonly workspace: Workspace }>;
}

/** Fleet file → workspaces: what a bake uses and what a dry-run writes. */
export async function renderFleet(context: Context, options: RoleOptions): Promise<Rendered> {
  const [fleet, assets] = await Promise.all([loadForCommand(context, options), loadAssets()]);
  const plans = planImages(fleet, selectRoles(fleet, options), { flat: options.flat });
  return { fleet, images: plans.map((plan) => ({ plan, workspace: renderWorkspace(fleet, plan, assets) })) };
}

/** Writes each workspace below `out` and says where. */
export async function render(
  context: Context,
  options: RoleOptions & { readonly out: string },
): Promise<ExitCode> {
  const { images } = await renderFleet(context, options);
  const written = images.map(({ plan, workspace }) => ({
    image: plan.name,
    folder: join(options.out, plan.name),
    files: workspace.files.map((file) => file.path),
    steps: plan.steps.map((step) => step.id),
  }));
  await Promise.all(
    images.map(({ plan, workspace }) => writeWorkspace(workspace, join(options.out, plan.name))),
  );
  context.reporter.result(
    written,
    written.flatMap(({ image, folder, files, steps }) => [
      `${image}: ${files.length} files in ${relative(context.workingFolder, folder) || '.'}`,
      ...steps.map((step) => `  ${step}`),
    ]),
  );
  return EXIT.done;
}
