/** Before anything is launched: every input resolved once, every image decided. */

import { fail } from '../failure.ts';
import type { Fleet } from '../fleet/model.ts';
import { type Decision, decide, type ExistingImage, generationOf, imageName } from '../plan/decide.ts';
import {
  type digestOf,
  fingerprintOf,
  type Inputs,
  type Recipe,
  recipeOf,
  rememberingDigest,
  type ToolVersions,
} from '../plan/fingerprint.ts';
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
  /** SHA-256 of what is uploaded to its builder. */
  readonly artifacts: readonly string[];
  /** SHA-256 of the OSSEC tarball that this image installs; empty where its base brings it. */
  readonly ossecSha256: string;
}

export interface Preparation {
  readonly source: ResolvedSource;
  /** Base first. */
  readonly images: readonly PreparedImage[];
  /** Those that AWS has, of every role. */
  readonly existing: readonly ExistingImage[];
  /** What takes OSSEC's place in a rehearsal. */
  readonly standIn: LocalFile | undefined;
}

export interface LocalFile {
  readonly path: string;
  readonly sha256: string;
}

/** All that a preparation asks of where it bakes. */
interface Asked extends Pick<Site, 'rehearsal' | 'standIn'> {
  readonly aws: Pick<Site['aws'], 'sourceImage' | 'fleetImages'>;
}

export interface PrepareOptions {
  readonly fleet: Fleet;
  readonly images: ReadonlyArray<{ readonly plan: ImagePlan; readonly workspace: Workspace }>;
  readonly site: Asked;
  readonly tools: ToolVersions;
  readonly force: boolean;
  /** Older images are baked again. */
  readonly maxAgeSeconds: number | undefined;
  /** ISO 8601. */
  readonly now: string;
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

/** Resolves the source image and the existing images (two or three calls), and decides. */
export async function prepare(options: PrepareOptions): Promise<Preparation> {
  const { fleet, site } = options;
  const [source, existing, standIn] = await Promise.all([
    site.aws.sourceImage(fleet.source),
    site.aws.fleetImages(fleet.name),
    standInFor(options),
  ]);
  checkSource(fleet, source);
  const images: PreparedImage[] = [];
  const digest = rememberingDigest();
  for (const { plan, workspace } of options.images) {
    images.push(
      prepareImage(plan, workspace, { ...options, source, existing, standIn, digest, base: images[0] }),
    );
  }
  return { source, images, existing, standIn };
}

interface Resolved extends PrepareOptions, Omit<Preparation, 'images'> {
  readonly base: PreparedImage | undefined;
  readonly digest: typeof digestOf;
}

function prepareImage(plan: ImagePlan, workspace: Workspace, resolved: Resolved): PreparedImage {
  const ossecSha256 = installsOssec(plan) ? tarballDigest(resolved) : '';
  const artifacts = artifactsOf(plan, ossecSha256);
  const inputs = { source: sourceInput(plan, resolved), artifacts, tools: resolved.tools };
  const recipe = recipeOf(workspace, inputs, resolved.digest);
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
    artifacts,
    ossecSha256,
  };
}

function sourceInput(plan: ImagePlan, { source, base }: Resolved): Inputs['source'] {
  if (plan.origin.kind === 'source') return { ami: source.imageId };
  if (base === undefined || base.plan.name !== BASE) throw new Error('a role is prepared after its base');
  return { baseFingerprint: base.fingerprint, baseGeneration: generationOf(base.decision) };
}

async function standInFor({ fleet, images, site }: PrepareOptions): Promise<LocalFile | undefined> {
  const isNeeded = fleet.ossec.tarball === undefined && images.some(({ plan }) => installsOssec(plan));
  return isNeeded ? site.standIn() : undefined;
}

function tarballDigest({ fleet, standIn }: Resolved): string {
  return fleet.ossec.tarball?.sha256 ?? standIn?.sha256 ?? '';
}

function artifactsOf(plan: ImagePlan, ossecSha256: string): string[] {
  const named = plan.steps.flatMap((step) => step.artifacts.map(({ sha256 }) => sha256));
  return [...new Set(ossecSha256 === '' ? named : [...named, ossecSha256])];
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
