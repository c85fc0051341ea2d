/** `bake status`: what a bake would do, and why. Changes nothing. */

import { type PrepareOptions, prepare, requireTarball } from '../build/prepare.ts';
import { currentVersions } from '../build/prepare-with-tools.ts';
import { openReports } from '../build/reports.ts';
import { type ImageStatus, statusOf } from '../build/status.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { statusLines } from '../report/images/status.ts';
import { openSite } from '../world/site.ts';
import { fleetFolderOf } from './fleet-folder.ts';
import type { RoleOptions } from './fleet-options.ts';
import { renderFleet } from './render.ts';

export interface StatusCommandOptions extends RoleOptions {
  /** Seconds. */
  readonly maxAge?: number;
  /** Exit code 10 where something would be baked. */
  readonly exitCode: boolean;
  readonly rehearse: boolean;
  /** The running ones instead of images. */
  readonly instances?: boolean;
}

/** Without `--role`, every role is meant. */
export async function status(
  context: Context,
  options: StatusCommandOptions,
  open: typeof openSite = openSite,
): Promise<ExitCode> {
  const all = options.all || options.role.length === 0;
  const { fleet, images } = await renderFleet(context, { ...options, all });
  requireTarball(fleet, { rehearsal: options.rehearse });
  const [site, tools] = await Promise.all([
    open(context, { rehearse: options.rehearse, region: fleet.region }),
    currentVersions(context),
  ]);
  const now = context.now().toISOString();
  const asked: PrepareOptions = {
    fleet,
    images,
    site,
    tools,
    force: false,
    maxAgeSeconds: options.maxAge,
    now,
  };
  const fleetFolder = fleetFolderOf(context, options.file);
  const store = openReports(fleetFolder, { fleet, objects: site.aws.objects });
  const statuses = await statusOf(await prepare(asked), { fleet, store, now });
  context.reporter.result({ images: statuses.map(forMachines) }, statusLines(statuses));
  const isWork = statuses.some(({ kind }) => kind !== 'up-to-date');
  return isWork && options.exitCode ? EXIT.somethingToDo : EXIT.done;
}

function forMachines(found: ImageStatus): object {
  if (found.kind === 'would-bake') return { image: found.image, upToDate: false, reasons: found.reasons };
  const { imageId, name, state } = found.existing;
  return { image: found.image, upToDate: found.kind === 'up-to-date', imageId, imageName: name, state };
}
