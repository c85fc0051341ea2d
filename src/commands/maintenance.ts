/** `bake maintenance`: windows on running instances begin and end through SSM. */

import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { instancesOf, type RunningInstance } from '../instances/find.ts';
import { installedHash } from '../instances/look.ts';
import {
  MAINTENANCE_STEP,
  maintenanceDocument,
  parametersOf,
  readMaintenance,
  type WindowRequest,
} from '../instances/maintenance.ts';
import { type CommandDoors, type CommandOutcome, runCommand } from '../instances/run-command.ts';
import { type AnsweredMaintenance, maintenanceLines } from '../report/instances/maintenance.ts';
import { openSite } from '../world/site.ts';
import { confirm, type Question } from './confirm.ts';
import { chosenInstances, commandDoors, endOfAsking, installInRehearsal } from './instances-world.ts';
import { loadForCommand } from './load.ts';
import type { GroupOptions } from './rollout-options.ts';
import { findTargets } from './rollout-targets.ts';

export interface MaintenanceOptions extends GroupOptions {
  readonly instance: readonly string[];
}

/** Exit code 1 where an instance did not do it. */
export async function maintenance(
  context: Context,
  options: MaintenanceOptions,
  request: WindowRequest,
): Promise<ExitCode> {
  const fleet = await loadForCommand(context, options, 'unseen');
  const site = await openSite(context, { rehearse: options.rehearse, region: fleet.region });
  await installInRehearsal(site, [maintenanceDocument()]);
  const found = instancesOf(await findTargets(site.aws.rollouts, fleet, options));
  const instances = chosenInstances(found, options.instance);
  if (request.kind !== 'status') await confirm(context, questionOf(request, instances));
  const { answered, problems } = await ask(commandDoors(context, site), instances, request);
  context.reporter.result(
    { instances: answered, problems: Object.fromEntries(problems) },
    maintenanceLines(answered, problems),
  );
  return endOfAsking(context, problems.size === 0 ? EXIT.done : EXIT.failed);
}

async function ask(doors: CommandDoors, instances: readonly RunningInstance[], request: WindowRequest) {
  const document = maintenanceDocument();
  const outcomes = await runCommand(doors, {
    instanceIds: instances.map(({ id }) => id),
    document: { name: document.name, sha256: await installedHash(doors, document) },
    parameters: parametersOf(request),
    step: MAINTENANCE_STEP,
    comment: `maintenance: ${request.kind}`,
  });
  const answered: AnsweredMaintenance[] = [];
  const problems = new Map<string, string>();
  for (const { id, group } of instances) {
    const outcome = outcomes.get(id);
    const state = outcome?.kind === 'done' ? readMaintenance(outcome.stdout) : undefined;
    if (state === undefined) problems.set(id, problemOf(outcome));
    else answered.push({ id, group, state });
  }
  return { answered, problems };
}

/** What the program on the instance says is the reason, where it says anything. */
function problemOf(outcome: CommandOutcome | undefined): string {
  if (outcome === undefined) return 'nothing was heard of it';
  if (outcome.kind === 'done') return 'its answer can not be read';
  if (outcome.exitCode === 127)
    return 'its image is older than maintenance windows: bring them with a new image';
  const last = outcome.stderr.trim().split('\n').at(-1) ?? '';
  return last === '' ? outcome.problem : `${outcome.problem}: ${last.slice(0, 300)}`;
}

function questionOf(
  request: Exclude<WindowRequest, { kind: 'status' }>,
  instances: readonly RunningInstance[],
): Question {
  const isBegin = request.kind === 'begin';
  const what = isBegin
    ? `a window of ${request.seconds} s at most: ${request.reason}`
    : 'the end of the windows that are open';
  const where = instances.map(({ id, group }) => `${id} (${group})`).join(', ') || 'no instance';
  return {
    question: isBegin ? 'Begin maintenance?' : 'End maintenance?',
    lines: [what, `on ${where}`],
    problem: 'no instance was told anything: nobody said yes to it',
    remedy: 'use --yes where nobody can be asked',
  };
}
