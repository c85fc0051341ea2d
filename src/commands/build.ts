/** `bake build`: bake what is not up to date. */

import { adopt } from '../build/adopt.ts';
import { inventoryFile, openBaker } from '../build/baker.ts';
import { expiryWarning } from '../build/expiry.ts';
import { fetchAll, openFetch } from '../build/fetch.ts';
import { keeping } from '../build/keep.ts';
import { hasStandIn, type Preparation, requireTarball } from '../build/prepare.ts';
import { isToBake, prepareWithTools } from '../build/prepare-with-tools.ts';
import { openProve } from '../build/prove.ts';
import { openReports } from '../build/reports.ts';
import { type Outcomes, type RunOptions, runImages } from '../build/run.ts';
import { makeRunFolder, newRunId } from '../build/run-folder.ts';
import { readSecrets } from '../build/secrets.ts';
import { openTrees } from '../build/trees.ts';
import { openVerifier } from '../build/verifier.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, interruption } from '../failure.ts';
import type { Fleet, Role } from '../fleet/model.ts';
import type { PackerTools } from '../packer/tools.ts';
import { treeRecipe } from '../trees/model.ts';
import { refuseLoudVerification } from '../verify/quiet.ts';
import { loadAssets } from '../world/assets.ts';
import { currentCommit } from '../world/git.ts';
import { openSite, type Site } from '../world/site.ts';
import { fleetFolderOf } from './fleet-folder.ts';
import type { RoleOptions } from './fleet-options.ts';
import { renderFleet } from './render.ts';

export interface BuildOptions extends RoleOptions {
  readonly concurrency: number;
  readonly force: boolean;
  /** Seconds. */
  readonly maxAge?: number;
  /** Prove what was baked, and what is only a candidate. */
  readonly verify: boolean;
  readonly rehearse: boolean;
}

export async function build(context: Context, options: BuildOptions): Promise<ExitCode> {
  const { emit } = context.reporter;
  const startedAt = context.now();
  const fleetFolder = fleetFolderOf(context, options.file);

  const { fleet, images } = await renderFleet(context, options);
  requireTarball(fleet, { rehearsal: options.rehearse });
  if (options.verify) {
    const names = images.map(({ plan }) => plan.name);
    refuseLoudVerification(
      fleet,
      fleet.roles.filter(({ name }) => names.includes(name)),
    );
  }
  const secrets = readSecrets(
    images.map(({ plan }) => plan),
    context.environment,
  );

  const site = await openSite(context, { rehearse: options.rehearse, region: fleet.region });
  const { preparation, tools } = await prepareWithTools(context, {
    fleet,
    images,
    site,
    verify: options.verify,
    force: options.force,
    maxAgeSeconds: options.maxAge,
    now: startedAt.toISOString(),
  });
  const { source, images: prepared } = preparation;

  const runId = newRunId(startedAt);
  emit({
    type: 'run.started',
    runId,
    fleet: fleet.name,
    rehearsal: site.rehearsal,
    images: prepared.map(({ plan }) => plan.name),
  });
  const bakery = { fleet, fleetFolder, site, preparation, secrets, runId };
  const expiry = site.rehearsal ? undefined : expiryWarning(context.environment, context.now());
  if (tools !== undefined && expiry !== undefined) emit(expiry);
  const work = tools === undefined ? NO_WORK : await openBakery(context, { ...bakery, tools });
  const outcomes = await runImages({
    images: prepared,
    sourceAmi: source.imageId,
    concurrency: options.concurrency,
    emit,
    signal: context.signal,
    bake: work.bake,
    prove: options.verify ? work.prove : undefined,
    adopt: (image) => adopt(image, { find: site.aws.imageNamed, runId, emit, signal: context.signal }),
    now: () => context.now().getTime(),
  });
  return conclude(context, hasStandIn(fleet), outcomes);
}

type Work = Required<Pick<RunOptions, 'bake' | 'prove'>>;

/** An image that another run was still making when this one began is left to that run, which proves it. */
const NO_WORK: Work = {
  bake: async ({ plan }) => {
    throw new Error(`${plan.name} was not to be baked`);
  },
  prove: async (_image, { state }) => state,
};

interface Bakery {
  readonly fleet: Fleet;
  readonly fleetFolder: string;
  readonly site: Site;
  readonly tools: PackerTools;
  readonly preparation: Preparation;
  readonly secrets: ReadonlyMap<string, string>;
  readonly runId: string;
}

/** All that only a bake needs; everything that can't be had is said before the first builder starts. */
async function openBakery(context: Context, bakery: Bakery): Promise<Work> {
  const { fleet, fleetFolder, site, preparation, runId } = bakery;
  const { source, images, standIn } = preparation;
  const { objects } = site.aws;
  const fetched = await fetchAll(
    images.filter(isToBake),
    openFetch(context, { fleet, fleetFolder, objects }),
  );
  await site.prepareSource(source.imageId);
  const [assets, runFolder] = await Promise.all([loadAssets(), makeRunFolder(fleetFolder, runId)]);
  const baker = openBaker({
    ...bakery,
    context,
    runFolder,
    commit: await currentCommit(fleetFolder),
    artifacts: standIn === undefined ? fetched : new Map([...fetched, [standIn.sha256, standIn.path]]),
    lend: await openTrees(context, { fleet, site }),
    treeRecipe: treeRecipe(assets),
  });
  const keep = {
    store: openReports(fleetFolder, { fleet, objects }),
    tag: site.aws.images.tag,
    emit: context.reporter.emit,
  };
  const verify = openVerifier({ ...bakery, context, assets, runFolder });
  const prove = openProve({ ...keep, verify, assets });
  return {
    bake: keeping(baker, { ...keep, inventoryFile: (image) => inventoryFile(runFolder, image) }),
    prove: ({ plan, fingerprint }, { imageId, imageName }) =>
      prove({ role: roleNamed(fleet, plan.name), imageId, imageName, fingerprint }),
  };
}

function roleNamed(fleet: Fleet, name: string): Role {
  const role = fleet.roles.find((one) => one.name === name);
  if (role === undefined) throw new Error(`the image ${name} has no role`);
  return role;
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
  const failures = [...outcomes.values()].flatMap((one) => (one.kind === 'failed' ? [one.failure] : []));
  const isSaid = failures.some(({ kind }) => kind === 'interrupted');
  if (context.signal.aborted && !isSaid) failures.push(interruption());
  for (const failure of failures) emit({ type: 'failure', failure });
  result(
    { images: ended },
    ended.flatMap((image) =>
      'imageId' in image ? [`${image.image}  ${image.imageId}  ${image.imageName}  ${image.state}`] : [],
    ),
  );
  if (context.signal.aborted) return EXIT.interrupted;
  return ended.every((image) => 'imageId' in image) ? EXIT.done : EXIT.failed;
}
