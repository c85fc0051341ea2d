/** `bake build`: bake what is not up to date. */

import { dirname, resolve } from 'node:path';
import { adopt } from '../build/adopt.ts';
import { inventoryFile, openBaker } from '../build/baker.ts';
import { openFetch } from '../build/fetch.ts';
import { keeping } from '../build/keep.ts';
import { hasStandIn, prepare, requireTarball } from '../build/prepare.ts';
import { openReports } from '../build/reports.ts';
import { type Outcomes, runImages } from '../build/run.ts';
import { makeRunFolder, newRunId } from '../build/run-folder.ts';
import { readSecrets } from '../build/secrets.ts';
import { openTrees } from '../build/trees.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { ensureTools } from '../packer/tools.ts';
import { treeRecipe } from '../trees/model.ts';
import { loadAssets } from '../world/assets.ts';
import { cacheFolder, openCache } from '../world/cache.ts';
import { currentCommit } from '../world/git.ts';
import { openSite } from '../world/site.ts';
import { VERSION } from '../world/version.ts';
import type { RoleOptions } from './fleet-options.ts';
import { renderFleet } from './render.ts';

export interface BuildOptions extends RoleOptions {
  readonly concurrency: number;
  readonly force: boolean;
  /** Seconds. */
  readonly maxAge?: number;
  readonly rehearse: boolean;
}

export async function build(context: Context, options: BuildOptions): Promise<ExitCode> {
  const { emit } = context.reporter;
  const startedAt = context.now();
  const fleetFolder = dirname(resolve(context.workingFolder, options.file));

  const { fleet, images } = await renderFleet(context, options);
  requireTarball(fleet, { rehearsal: options.rehearse });
  const secrets = readSecrets(
    images.map(({ plan }) => plan),
    context.environment,
  );

  const cache = openCache(cacheFolder(context.environment), emit, context.signal);
  const tools = await ensureTools({ cache, environment: context.environment, emit, signal: context.signal });
  const site = await openSite(context, { rehearse: options.rehearse, region: fleet.region });
  const { source, images: prepared } = await prepare({
    fleet,
    images,
    site,
    tools: { bake: VERSION, packer: tools.packerVersion, amazonPlugin: tools.pluginVersion },
    force: options.force,
    maxAgeSeconds: options.maxAge,
    now: startedAt.toISOString(),
    fetch: openFetch(context, { fleet, fleetFolder, objects: site.aws.objects }),
  });

  const runId = newRunId(startedAt);
  emit({
    type: 'run.started',
    runId,
    fleet: fleet.name,
    rehearsal: site.rehearsal,
    images: prepared.map(({ plan }) => plan.name),
  });
  const runFolder = await makeRunFolder(fleetFolder, runId);
  const baker = openBaker({
    context,
    fleet,
    site,
    tools,
    secrets,
    runId,
    runFolder,
    commit: await currentCommit(fleetFolder),
    lend: await openTrees(context, { fleet, site }),
    treeRecipe: treeRecipe(await loadAssets()),
  });
  const outcomes = await runImages({
    images: prepared,
    sourceAmi: source.imageId,
    concurrency: options.concurrency,
    emit,
    signal: context.signal,
    bake: keeping(baker, {
      store: openReports(fleetFolder, { fleet, objects: site.aws.objects }),
      inventoryFile: (image) => inventoryFile(runFolder, image),
      tag: site.aws.images.tag,
      emit,
    }),
    adopt: (image) => adopt(image, { find: site.aws.imageNamed, runId, signal: context.signal }),
    now: () => context.now().getTime(),
  });
  return conclude(context, hasStandIn(fleet), outcomes);
}

function conclude(context: Context, standIn: boolean, outcomes: Outcomes): ExitCode {
  const { emit, result } = context.reporter;
  const ended = [...outcomes].map(([image, outcome]) => ({ image, ...outcome }));
  if (standIn && ended.some((image) => 'imageId' in image)) {
    emit({
      type: 'notice',
      level: 'warning',
      text: 'these images carry the stand-in for OSSEC, which watches nothing: they are unproven',
      remedy: 'set `ossec.tarball` and `ossec.sha256` in the fleet file to bake the real one',
    });
  }
  for (const outcome of outcomes.values()) {
    if (outcome.kind === 'failed') emit({ type: 'failure', failure: outcome.failure });
  }
  result(
    { images: ended },
    ended.flatMap((image) =>
      'imageId' in image ? [`${image.image}  ${image.imageId}  ${image.imageName}  ${image.state}`] : [],
    ),
  );
  if (context.signal.aborted) return EXIT.interrupted;
  return ended.every((image) => 'imageId' in image) ? EXIT.done : EXIT.failed;
}
