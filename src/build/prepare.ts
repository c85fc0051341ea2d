/** Before anything is launched: every input resolved once, every image decided. */

import { Failed, type Failure, fail } from '../failure.ts';
import type { Artifact, Fleet } from '../fleet/model.ts';
import { type Decision, decide, type ExistingImage, generationOf, imageName } from '../plan/decide.ts';
import { fingerprintOf, type Inputs, type Recipe, recipeOf, type ToolVersions } from '../plan/fingerprint.ts';
import { BASE, type ImagePlan, type Workspace } from '../plan/model.ts';
import type { ResolvedSource } from '../world/aws.ts';
import type { Site } from '../world/site.ts';

/** An image of the plan with what was resolved and decided for it. */
export interface PreparedImage {
  readonly plan: ImagePlan;
  readonly workspace: Workspace;
  readonly recipe: Recipe;
  readonly fingerprint: string;
  /** The name that its image has, or gets. */
  readonly imageName: string;
  readonly decision: Decision;
  /** SHA-256 → local path of what is uploaded to its builder. */
  readonly artifacts: ReadonlyMap<string, string>;
  /** SHA-256 of the OSSEC tarball that this image installs; empty where its base brings it. */
  readonly ossecSha256: string;
}

export interface Preparation {
  readonly source: ResolvedSource;
  /** Base first. */
  readonly images: readonly PreparedImage[];
}

export interface PrepareOptions {
  readonly fleet: Fleet;
  readonly images: ReadonlyArray<{ readonly plan: ImagePlan; readonly workspace: Workspace }>;
  readonly site: Site;
  readonly tools: ToolVersions;
  readonly force: boolean;
  /** Older images are baked again. */
  readonly maxAgeSeconds: number | undefined;
  /** ISO 8601. */
  readonly now: string;
  readonly fetch: (artifact: Artifact) => Promise<string>;
}

/** What is installed only behaves like OSSEC: none was named, or the stand-in was frozen. */
export function hasStandIn({ ossec: { tarball, frozen } }: Fleet): boolean {
  return tarball === undefined || frozen?.standIn === true;
}

/** An image without OSSEC is not what bake makes; only a rehearsal can do with a stand-in. */
export function requireTarball(fleet: Fleet, options: { readonly rehearsal: boolean }): void {
  if (!hasStandIn(fleet) || options.rehearsal) return;
  if (fleet.ossec.tarball !== undefined) {
    fail({
      kind: 'input',
      problem: "the OSSEC tarball is the rehearsal's stand-in, which watches nothing",
      remedy: 'freeze a release of OSSEC: `bake ossec freeze`',
    });
  }
  fail({
    kind: 'input',
    problem: 'the fleet file names no OSSEC tarball, so there is nothing to watch the image with',
    remedy: 'set `ossec.tarball` and `ossec.sha256`; a rehearsal (`--rehearse`) installs a stand-in instead',
  });
}

/** Resolves the source image and the existing images (two calls), fetches artifacts, decides. */
export async function prepare(options: PrepareOptions): Promise<Preparation> {
  const { fleet, site } = options;
  const [source, existing, artifacts] = await Promise.all([
    site.aws.sourceImage(fleet.source),
    site.aws.fleetImages(fleet.name),
    fetchAll(options),
  ]);
  checkSource(fleet, source);
  await site.prepareSource(source.imageId);
  const images: PreparedImage[] = [];
  for (const { plan, workspace } of options.images) {
    images.push(prepareImage(plan, workspace, { ...options, source, existing, artifacts, base: images[0] }));
  }
  return { source, images };
}

interface Resolved extends PrepareOptions {
  readonly source: ResolvedSource;
  readonly existing: readonly ExistingImage[];
  readonly artifacts: Artifacts;
  readonly base: PreparedImage | undefined;
}

function prepareImage(plan: ImagePlan, workspace: Workspace, resolved: Resolved): PreparedImage {
  const { paths, ossecSha256 } = artifactsOf(plan, resolved.artifacts);
  const recipe = recipeOf(workspace, {
    source: sourceInput(plan, resolved),
    artifacts: [...paths.keys()],
    tools: resolved.tools,
  });
  const fingerprint = fingerprintOf(recipe);
  const decision = decide(plan.name, fingerprint, resolved.existing, {
    force: resolved.force,
    rehearsal: resolved.site.rehearsal,
    maxAgeSeconds: resolved.maxAgeSeconds,
    now: resolved.now,
  });
  return {
    plan,
    workspace,
    recipe,
    fingerprint,
    imageName: imageName(resolved.fleet.name, plan.name, fingerprint, generationOf(decision)),
    decision,
    artifacts: paths,
    ossecSha256,
  };
}

function sourceInput(plan: ImagePlan, { source, base }: Resolved): Inputs['source'] {
  if (plan.origin.kind === 'source') return { ami: source.imageId };
  if (base === undefined || base.plan.name !== BASE) throw new Error('a role is prepared after its base');
  return { baseFingerprint: base.fingerprint, baseGeneration: generationOf(base.decision) };
}

interface Artifacts {
  /** SHA-256 → local path, of all images. */
  readonly paths: ReadonlyMap<string, string>;
  readonly ossecSha256: string;
}

/** All that the images name, fetched together; every one that can't be fetched is reported. */
async function fetchAll(options: PrepareOptions): Promise<Artifacts> {
  const wanted = options.images.flatMap(({ plan }) => plan.steps.flatMap((step) => step.artifacts));
  const unique = [...new Map(wanted.map((artifact) => [artifact.sha256, artifact])).values()];
  const fetched = await Promise.allSettled(
    unique.map(async (artifact) => [artifact.sha256, await options.fetch(artifact)] as const),
  );
  const failures = fetched.flatMap((result) => (result.status === 'rejected' ? expected(result.reason) : []));
  if (failures.length > 0) throw new Failed(failures);
  const paths = new Map(fetched.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
  const tarball = options.fleet.ossec.tarball;
  if (tarball !== undefined) return { paths, ossecSha256: tarball.sha256 };
  if (!options.images.some(({ plan }) => installsOssec(plan))) return { paths, ossecSha256: '' };
  const standIn = await options.site.standIn();
  return { paths: new Map([...paths, [standIn.sha256, standIn.path]]), ossecSha256: standIn.sha256 };
}

function expected(reason: unknown): readonly Failure[] {
  if (reason instanceof Failed) return reason.failures;
  throw reason;
}

function artifactsOf(plan: ImagePlan, all: Artifacts): { paths: Map<string, string>; ossecSha256: string } {
  const own = new Set(plan.steps.flatMap((step) => step.artifacts.map((artifact) => artifact.sha256)));
  const ossecSha256 = installsOssec(plan) ? all.ossecSha256 : '';
  if (ossecSha256 !== '') own.add(ossecSha256);
  return { paths: new Map([...all.paths].filter(([sha256]) => own.has(sha256))), ossecSha256 };
}

function installsOssec(plan: ImagePlan): boolean {
  return plan.steps.some((step) => step.provisioner === 'ossec');
}

/** A volume mapped under another name than the root device would be a second, empty disk. */
function checkSource(fleet: Fleet, source: ResolvedSource): void {
  const device = fleet.builder.volume.device;
  if (source.rootDeviceName === '' || source.rootDeviceName === device) return;
  fail({
    kind: 'input',
    problem: `the root device of ${source.imageId} (${source.name}) is ${source.rootDeviceName}, not ${device}`,
    remedy: `set \`builder.volume.device: ${source.rootDeviceName}\``,
  });
}
