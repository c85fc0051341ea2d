/** `bake ossec push`: brings the OSSEC layer of running instances to what the fleet file says. */

import type { Context } from '../context.ts';
import type { BakeEvent } from '../events.ts';
import { EXIT, type ExitCode, fail, interruption } from '../failure.ts';
import { lookDocument, type OwnDocument } from '../instances/documents.ts';
import { instancesOf, type RunningInstance } from '../instances/find.ts';
import { installedHash, lookAtState } from '../instances/look.ts';
import { pushDocument } from '../instances/push/document.ts';
import { isInPlace, isMissing, type PushOutcome } from '../instances/push/outcome.ts';
import { type Planned, planPush } from '../instances/push/plan.ts';
import { type PushEnd, runPush } from '../instances/push/run.ts';
import { gapWords, kindWords, outcomeLines, planLines } from '../report/instances/push.ts';
import { loadAssets } from '../world/assets.ts';
import { openSite } from '../world/site.ts';
import { confirm } from './confirm.ts';
import { chosenInstances, commandDoors, installInRehearsal } from './instances-world.ts';
import { loadForCommand } from './load.ts';
import { placeOf } from './push-bundles.ts';
import { openLayers } from './push-layers.ts';
import { record, recordLate } from './push-record.ts';
import { type BundleScene, findBundles, type RecordedTarget, warnOfMissing } from './push-targets.ts';
import type { GroupOptions } from './rollout-options.ts';
import { findTargets } from './rollout-targets.ts';

export interface PushOptions extends GroupOptions {
  readonly instance: readonly string[];
  readonly canary: number;
  readonly maxConcurrency: string;
  readonly maxErrors: number;
  readonly dryRun: boolean;
}

interface Scene extends BundleScene {
  readonly document: OwnDocument;
}

export async function ossecPush(context: Context, options: PushOptions): Promise<ExitCode> {
  const fleet = await loadForCommand(context, options);
  const place = placeOf(fleet);
  const site = await openSite(context, { rehearse: options.rehearse, region: fleet.region });
  const assets = await loadAssets();
  const look = lookDocument(assets);
  const document = pushDocument(fleet.name, fleet.region, place);
  await installInRehearsal(site, [look, document]);
  const layers = await openLayers(context, { fleet, site, assets, file: options.file });
  const instances = chosenInstances(
    instancesOf(await findTargets(site.aws.rollouts, fleet, options)),
    options.instance,
  );
  const looked = await lookAtState(
    commandDoors(context, site),
    look,
    instances.map(({ id }) => id),
  );
  // Who was not asked to the end has not said that there is nothing to do.
  if (context.signal.aborted) fail(interruption());
  const layerOf = (instance: RunningInstance) => layers.of(instance.role);
  const planned = planPush(instances, looked, { ossec: layers.ossec, layerOf });
  const lines = planLines(planned, layerOf);
  const scene = { context, fleet, site, layers, document };
  if (options.dryRun || planned.changes.length === 0) {
    context.reporter.result(planJson(planned), lines);
    await (options.dryRun ? warnOfMissing(scene, planned) : recordLate(scene, planned));
    return isNobodyReached(planned) ? EXIT.failed : EXIT.done;
  }
  const targets = await findBundles(scene, planned);
  await confirm(context, {
    question: 'Push this to running instances?',
    lines,
    problem: 'nothing was pushed: nobody said yes to it',
    remedy: 'look at it with --dry-run, and use --yes where nobody can be asked',
  });
  if (context.yes) context.reporter.emit({ type: 'push.planned', plan: planJson(planned), lines });
  await recordLate(scene, planned);
  const { outcomes: ended, failure } = await carryOut(scene, targets, options);
  const outcomes = [...ended, ...untouched(planned)];
  context.reporter.result({ outcomes }, outcomeLines(outcomes));
  if (failure !== undefined) throw failure;
  if (context.signal.aborted) fail(interruption());
  return outcomes.some(isMissing) ? EXIT.failed : EXIT.done;
}

function planJson({ changes, upToDate, unreachable }: Planned) {
  return {
    changes: changes.map(({ id, group, role, change }) => ({ id, group, role: role.name, change })),
    upToDate: upToDate.map(({ id }) => id),
    unreachable: Object.fromEntries(unreachable.map(({ id, problem }) => [id, problem])),
  };
}

/** Then it is not known whether anything is to be done. */
function isNobodyReached({ changes, upToDate, unreachable }: Planned): boolean {
  return changes.length === 0 && upToDate.length === 0 && unreachable.length > 0;
}

async function carryOut(
  scene: Scene,
  targets: readonly RecordedTarget[],
  { canary, maxConcurrency, maxErrors }: PushOptions,
): Promise<PushEnd> {
  const { context, fleet, site, document } = scene;
  // Who interrupts it once is told what has become of the instances that have begun.
  const doors = commandDoors({ signal: context.killSignal }, site);
  const isStopping = () => context.signal.aborted;
  context.whenInterrupted('the instances that have begun come to their end, and no further one begins');
  const layerOf = new Map(targets.map(({ instanceId, layer }) => [instanceId, layer]));
  return runPush(
    {
      ...doors,
      isStopping,
      onWave: (wave) => context.reporter.emit({ type: 'push.wave', ...wave }),
      onOutcome: (outcome) => context.reporter.emit(noticeOf(outcome)),
      record: (updated) => record(scene, updated, layerOf),
    },
    {
      targets,
      pace: { canary, maxConcurrency },
      maxErrors,
      document,
      documentSha256: await installedHash(doors, document),
      comment: `push of the ${fleet.name} fleet`,
    },
  );
}

function noticeOf(outcome: PushOutcome): BakeEvent {
  const { instanceId, kind, reason } = outcome;
  return {
    type: 'notice',
    level: isInPlace(outcome) ? 'info' : 'warning',
    text: [`[${instanceId}] ${kindWords(kind)}`, reason, gapWords(outcome)]
      .filter((text) => text !== '')
      .join(': '),
  };
}

function untouched({ upToDate, unreachable }: Planned): PushOutcome[] {
  return [
    ...upToDate.map(({ id }): PushOutcome => ({ instanceId: id, kind: 'skipped', reason: '' })),
    ...unreachable.map(
      ({ id, problem }): PushOutcome => ({ instanceId: id, kind: 'unreachable', reason: problem }),
    ),
  ];
}
