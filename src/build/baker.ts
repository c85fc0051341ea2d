/** Bakes one prepared image with Packer. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import type { Fleet } from '../fleet/model.ts';
import { packerBuild } from '../packer/run.ts';
import type { PackerTools } from '../packer/tools.ts';
import { generationOf } from '../plan/decide.ts';
import { secretsOf, secretVariable } from '../render/image-hcl.ts';
import { collectArtifacts } from '../world/artifacts.ts';
import type { Site } from '../world/site.ts';
import { VERSION } from '../world/version.ts';
import { writeWorkspace } from '../world/workspace-folder.ts';
import type { PreparedImage } from './prepare.ts';
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
  const folder = join(options.runFolder, image.plan.name);
  const log = join(folder, 'packer.log');
  const workspace = join(folder, 'workspace');
  const artifacts = join(folder, 'artifacts');
  await mkdir(folder, { recursive: true });
  await Promise.all([
    writeWorkspace(image.workspace, workspace),
    collectArtifacts(artifacts, image.artifacts),
  ]);
  const state = stateOf(options);
  options.context.reporter.emit({ type: 'image.started', image: image.plan.name, log });
  const built = await packerBuild({
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
      artifacts_folder: artifacts,
      inventory_file: inventoryFile(options.runFolder, image.plan.name),
    },
    secrets: secretsFor(image, options),
    environment: options.site.childEnvironment,
    log,
    emit: options.context.reporter.emit,
    image: image.plan.name,
    signal: options.context.signal,
    killSignal: options.context.killSignal,
    imagesMade: () => options.site.aws.imagesOfRun(options.runId, image.plan.name),
  });
  return { imageId: built.imageId, state };
}

/** Where Packer puts what the builder of `image` reports of itself. */
export function inventoryFile(runFolder: string, image: string): string {
  return join(runFolder, image, 'inventory.json.gz');
}

/** Nothing has been proven yet; what carries the stand-in can't be proven at all. */
function stateOf({ fleet }: BakerOptions): string {
  return fleet.ossec.tarball === undefined ? 'unproven' : 'candidate';
}

async function sshSource({ fleet, site }: BakerOptions): Promise<readonly string[]> {
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
