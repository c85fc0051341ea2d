/** Runs the builder that compiles OSSEC, or finds that a tree is there for it, and makes no image. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import type { Emit } from '../events.ts';
import { fail } from '../failure.ts';
import type { Fleet } from '../fleet/model.ts';
import { packerBuildWithoutImage } from '../packer/run.ts';
import type { PackerTools } from '../packer/tools.ts';
import { planTreeBuilder, TREE_BUILDER } from '../plan/tree-builder.ts';
import type { Assets } from '../render/assets.ts';
import { renderWorkspace } from '../render/workspace.ts';
import { phaseWords } from '../report/phases.ts';
import { type Built, readBuilt } from '../trees/built.ts';
import { formatOffers, type Trees } from '../trees/model.ts';
import { collectArtifacts } from '../world/artifacts.ts';
import type { Site } from '../world/site.ts';
import { VERSION } from '../world/version.ts';
import { writeWorkspace } from '../world/workspace-folder.ts';
import { sshSource } from './baker.ts';

export interface TreeBuilderOptions {
  readonly context: Context;
  readonly fleet: Fleet;
  readonly assets: Assets;
  readonly site: Site;
  readonly tools: PackerTools;
  readonly runId: string;
  readonly runFolder: string;
  readonly commit: string;
  readonly sourceAmi: string;
  readonly tarball: { readonly path: string; readonly sha256: string };
  /** What the builder may use instead of compiling, with the archives' paths. */
  readonly trees: Trees;
  readonly pathOf: (sha256: string) => string;
}

/** What the builder reports. Throws `Failed` as a bake does. */
export async function runTreeBuilder(options: TreeBuilderOptions): Promise<Built> {
  const { context, fleet, site, tarball, trees } = options;
  const { emit } = context.reporter;
  const folder = join(options.runFolder, TREE_BUILDER);
  const log = join(folder, 'packer.log');
  const workspaceFolder = join(folder, 'workspace');
  const uploads = join(folder, 'artifacts');
  const builtFolder = join(folder, 'built');
  await mkdir(folder, { recursive: true });
  const artifacts = [...trees.values()].map((sha256) => [sha256, options.pathOf(sha256)] as const);
  await Promise.all([
    writeWorkspace(renderWorkspace(fleet, planTreeBuilder(fleet), options.assets), workspaceFolder),
    collectArtifacts(uploads, new Map([[tarball.sha256, tarball.path], ...artifacts])),
  ]);
  emit({ type: 'setup.started', item: TREE_BUILDER, detail: `the whole log: ${log}` });
  await packerBuildWithoutImage({
    tools: options.tools,
    workspaceFolder,
    variables: {
      source_ami: options.sourceAmi,
      ami_name: `${fleet.name}-${TREE_BUILDER}-${options.runId}`,
      fingerprint: '',
      generation: '',
      image_state: '',
      run_id: options.runId,
      commit: options.commit,
      bake_version: VERSION,
      ssh_source_cidrs: JSON.stringify(await sshSource({ fleet, site })),
      ossec_tarball_sha256: tarball.sha256,
      ossec_built_trees: formatOffers(trees),
      artifacts_folder: uploads,
      built_folder: builtFolder,
      inventory_file: '',
    },
    secrets: {},
    environment: site.childEnvironment,
    log,
    emit: asSetup(emit),
    image: TREE_BUILDER,
    signal: context.signal,
    killSignal: context.killSignal,
    askAws: () => site.aws.imagesOfRun(options.runId, TREE_BUILDER),
  });
  return (await readBuilt(builtFolder)) ?? nothingCameBack(log);
}

/** It makes no image, so what it does is shown as other preparations are. */
function asSetup(emit: Emit): Emit {
  return (event) => {
    if (event.type === 'image.phase') {
      const detail = phaseWords(event.phase, event.step);
      emit({ type: 'setup.progress', item: TREE_BUILDER, detail });
    } else if (event.type !== 'image.output') emit(event);
  };
}

function nothingCameBack(log: string): never {
  fail({
    kind: 'build',
    image: TREE_BUILDER,
    problem: 'the builder ended well, but nothing of what it compiled came back',
    log: { path: log, tail: [] },
  });
}
