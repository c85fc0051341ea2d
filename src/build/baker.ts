/** Bakes one prepared image with Packer. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import type { BakeEvent } from '../events.ts';
import type { Fleet } from '../fleet/model.ts';
import { packerBuild } from '../packer/run.ts';
import type { PackerTools } from '../packer/tools.ts';
import { generationOf } from '../plan/decide.ts';
import { secretsOf, secretVariable } from '../render/image-hcl.ts';
import { formatOffers } from '../trees/model.ts';
import type { Lend, Lent } from '../trees/supply.ts';
import { collectArtifacts } from '../world/artifacts.ts';
import type { Site } from '../world/site.ts';
import { VERSION } from '../world/version.ts';
import { writeWorkspace } from '../world/workspace-folder.ts';
import { afterStep } from './after-step.ts';
import { hasStandIn, type PreparedImage } from './prepare.ts';
import type { BakedImage } from './run.ts';

export interface BakerOptions {
  readonly context: Context;
  readonly fleet: Fleet;
  readonly site: Site;
  readonly tools: PackerTools;
  /** Environment variable → secret. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly runId: string;
  readonly runFolder: string;
  readonly commit: string;
  /** SHA-256 → local path of all that images name. */
  readonly artifacts: ReadonlyMap<string, string>;
  /** Compiled trees for the images that install OSSEC. */
  readonly lend: Lend;
  /** Digest of what compiles them. */
  readonly treeRecipe: string;
}

export function openBaker(
  options: BakerOptions,
): (image: PreparedImage, sourceAmi: string) => Promise<BakedImage> {
  return (image, sourceAmi) => bakeImage(image, sourceAmi, options);
}

async function bakeImage(
  image: PreparedImage,
  sourceAmi: string,
  options: BakerOptions,
): Promise<BakedImage> {
  if (image.ossecSha256 === '') return bakeWith(image, sourceAmi, NO_TREES, options);
  const key = { tarball: image.ossecSha256, recipe: options.treeRecipe };
  return options.lend({ key, ami: sourceAmi }, (lent) => bakeWith(image, sourceAmi, lent, options));
}

const NO_TREES: Lent = { trees: new Map(), artifacts: new Map(), arrived: async () => {} };

async function bakeWith(
  image: PreparedImage,
  sourceAmi: string,
  { trees, artifacts, arrived }: Lent,
  options: BakerOptions,
): Promise<BakedImage> {
  const { emit } = options.context.reporter;
  const folder = join(options.runFolder, image.plan.name);
  const log = join(folder, 'packer.log');
  const workspace = join(folder, 'workspace');
  const uploads = join(folder, 'artifacts');
  const built = join(folder, 'built');
  await mkdir(folder, { recursive: true });
  await Promise.all([
    writeWorkspace(image.workspace, workspace),
    collectArtifacts(uploads, new Map([...artifactsOf(image, options), ...artifacts])),
  ]);
  const state = stateOf(options);
  emit({ type: 'image.started', image: image.plan.name, log });
  let taken: Promise<void> | undefined;
  const imagesMade = () => options.site.aws.imagesOfRun(options.runId, image.plan.name);
  const { imageId } = await packerBuild({
    tools: options.tools,
    workspaceFolder: workspace,
    variables: {
      source_ami: sourceAmi,
      ami_name: image.imageName,
      fingerprint: image.fingerprint,
      generation: String(generationOf(image.decision)),
      image_state: state,
      run_id: options.runId,
      commit: options.commit,
      bake_version: VERSION,
      ssh_source_cidrs: JSON.stringify(await sshSource(options)),
      ossec_tarball_sha256: image.ossecSha256,
      ossec_built_trees: formatOffers(trees),
      artifacts_folder: uploads,
      inventory_file: inventoryFile(options.runFolder, image.plan.name),
      built_folder: built,
    },
    secrets: secretsFor(image, options),
    environment: options.site.childEnvironment,
    log,
    emit: afterStep(ossecStep(image), emit, () => {
      taken = arrived(built).catch((error: unknown) => emit(notKept(error)));
    }),
    image: image.plan.name,
    signal: options.context.signal,
    killSignal: options.context.killSignal,
    imagesMade,
    askAws: imagesMade,
  });
  await taken;
  return { imageId, state };
}

function artifactsOf(image: PreparedImage, { artifacts }: BakerOptions): Array<[string, string]> {
  return [...artifacts].filter(([sha256]) => image.artifacts.includes(sha256));
}

function ossecStep({ plan }: PreparedImage): string | undefined {
  return plan.steps.find(({ provisioner }) => provisioner === 'ossec')?.id;
}

/** The image is as good without it. */
function notKept(error: unknown): BakeEvent {
  const why = error instanceof Error ? error.message : String(error);
  return { type: 'notice', level: 'warning', text: `the compiled tree of OSSEC could not be kept: ${why}` };
}

/** Where Packer puts what the builder of `image` reports of itself. */
export function inventoryFile(runFolder: string, image: string): string {
  return join(runFolder, image, 'inventory.json.gz');
}

/** Nothing has been proven yet; what carries the stand-in can't be proven at all. */
function stateOf({ fleet }: BakerOptions): string {
  return hasStandIn(fleet) ? 'unproven' : 'candidate';
}

/** The ranges that SSH to a builder may come from; none where it needs no open port. */
export async function sshSource({
  fleet,
  site,
}: Pick<BakerOptions, 'fleet'> & { readonly site: Pick<Site, 'myAddress'> }): Promise<readonly string[]> {
  const { ssh } = fleet.builder;
  if (ssh.via === 'session_manager') return [];
  return ssh.from === 'my_address' ? site.myAddress() : ssh.from;
}

/** Packer variable → value of the secrets that this image's steps get, and no others. */
function secretsFor(image: PreparedImage, { secrets }: BakerOptions): Record<string, string> {
  return Object.fromEntries(
    secretsOf(image.plan).map((name) => [secretVariable(name), secrets.get(name) ?? '']),
  );
}
