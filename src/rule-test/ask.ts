/** Asks an image's own OSSEC what it makes of log lines, on a machine of this one's Docker engine. */

import { dirname } from 'node:path';
import { openFetch } from '../build/fetch.ts';
import type { LocalFile } from '../build/prepare.ts';
import { newRunId } from '../build/run-folder.ts';
import { openTrees } from '../build/trees.ts';
import type { Context } from '../context.ts';
import { fail } from '../failure.ts';
import type { Fleet, Role } from '../fleet/model.ts';
import { type RuleAnswer, readRuleAnswer, ruleRequest } from '../ossec/rule-answer.ts';
import { distributionOf, planRuleTest } from '../plan/rule-test.ts';
import { renderWorkspace } from '../render/workspace.ts';
import { treeRecipe } from '../trees/model.ts';
import { loadAssets } from '../world/assets.ts';
import { openAws } from '../world/aws.ts';
import { openSandbox } from '../world/rehearsal.ts';
import { installed } from './installed.ts';
import { runStep, upload } from './step.ts';

/** What the role's image, or without a role the base image, says of lines; without lines, of its rule tests. */
export type Ask = (
  role: Role | undefined,
  lines: readonly string[] | undefined,
) => Promise<Exclude<RuleAnswer, { readonly kind: 'refused' }>>;

/** Everything is ready to be asked when this ends. `ask` throws {@link Failed} where OSSEC refuses the rules. */
export async function openRuleTests(
  context: Context,
  { fleet, fleetFile }: { readonly fleet: Fleet; readonly fleetFile: string },
): Promise<Ask> {
  const [assets, sandbox] = await Promise.all([
    loadAssets(),
    openSandbox(context, distributionOf(fleet.source)),
  ]);
  const log = { fleetFolder: dirname(fleetFile), runId: newRunId(context.now()) };
  const workspaceOf = (role: Role | undefined) => renderWorkspace(fleet, planRuleTest(fleet, role), assets);
  const image = await installed({
    context,
    sandbox,
    workspace: workspaceOf(undefined),
    tarball: (await localTarball(context, fleet, log.fleetFolder)) ?? (await sandbox.standIn()),
    treeRecipe: treeRecipe(assets),
    // Trees that machines share are in S3; this works without AWS.
    lend: await openTrees(context, { fleet, site: undefined }),
    log,
  });
  return async (role, lines) => {
    const workspace = workspaceOf(role);
    const answer = await sandbox.use({ image, network: false }, async (machine) => {
      await upload(machine, workspace);
      return runStep(machine, workspace, {
        id: '02-ossec-config',
        script: 'ask.sh',
        input: ruleRequest(lines),
        log,
      });
    });
    const read = readRuleAnswer(answer);
    return read.kind === 'refused' ? refuse(workspace.image, read.why) : read;
  };
}

/** AWS is asked only for what is in S3 and not in the cache. */
async function localTarball(
  context: Context,
  fleet: Fleet,
  fleetFolder: string,
): Promise<LocalFile | undefined> {
  const { tarball } = fleet.ossec;
  if (tarball === undefined) return undefined;
  const { objects } = openAws({ region: fleet.region });
  const fetch = openFetch(context, { fleet, fleetFolder, objects });
  return { path: await fetch(tarball), sha256: tarball.sha256 };
}

function refuse(image: string, why: string): never {
  const [problem = '', ...more] = why.split('\n').filter((line) => line !== '');
  fail({ kind: 'build', image, problem: [problem, ...more].join(' | ') });
}
