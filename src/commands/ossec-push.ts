/** `bake ossec push`: brings the OSSEC layer of running instances to what the fleet file says. */

import type { Context } from '../context.ts';
import { EXIT, type ExitCode, fail, interruption } from '../failure.ts';
import type { Fleet } from '../fleet/model.ts';
import { lookDocument, type OwnDocument } from '../instances/documents.ts';
import { instancesOf, type RunningInstance } from '../instances/find.ts';
import { installedHash, lookAtState } from '../instances/look.ts';
import { bundleKey, pushDocument } from '../instances/push/document.ts';
import { isMissing, type PushOutcome } from '../instances/push/outcome.ts';
import { type Planned, planPush } from '../instances/push/plan.ts';
import { lateTags, recordTags } from '../instances/push/record.ts';
import { type PushEnd, type PushTarget, runPush } from '../instances/push/run.ts';
import { wavesOf } from '../instances/push/waves.ts';
import { gapWords, kindWords, outcomeLines, planLines } from '../report/instances/push.ts';
import { loadAssets } from '../world/assets.ts';
import { formatObjectAddress } from '../world/s3.ts';
import { openSite, type Site } from '../world/site.ts';
import { confirm } from './confirm.ts';
import { chosenInstances, commandDoors, installInRehearsal } from './instances-world.ts';
import { loadForCommand } from './load.ts';
import { placeOf, publish } from './push-bundles.ts';
import { type Layers, openLayers } from './push-layers.ts';
import type { GroupOptions } from './rollout-options.ts';
import { findTargets } from './rollout-targets.ts';

export interface PushOptions extends GroupOptions {
  readonly instance: readonly string[];
  readonly canary: number;
  readonly maxConcurrency: string;
  readonly maxErrors: number;
  readonly dryRun: boolean;
}

/** `layer`: the digest of what it gets, for its tag. */
interface RecordedTarget extends PushTarget {
  readonly layer: string;
}

interface Scene {
  readonly context: Context;
  readonly fleet: Fleet;
  readonly site: Site;
  readonly layers: Layers;
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
  if (!options.dryRun) await recordLate(site, layers, planned);
  if (options.dryRun || planned.changes.length === 0) {
    context.reporter.result(planJson(planned), lines);
    return EXIT.done;
  }
  const scene = { context, fleet, site, layers, document };
  const targets = await findBundles(scene, planned);
  await confirm(context, {
    question: 'Push this to running instances?',
    lines,
    problem: 'nothing was pushed: nobody said yes to it',
    remedy: 'look at it with --dry-run, and use --yes where nobody can be asked',
  });
  const { outcomes: ended, failure } = await carryOut(scene, targets, options);
  const outcomes = [...ended, ...untouched(planned)];
  context.reporter.result({ outcomes }, outcomeLines(outcomes));
  if (failure !== undefined) throw failure;
  if (context.signal.aborted) fail(interruption());
  return outcomes.some(isMissing) ? EXIT.failed : EXIT.done;
}

/** What an earlier push was ended before: it has nothing else to do on these any more. */
async function recordLate({ aws }: Site, layers: Layers, { upToDate }: Planned): Promise<void> {
  const known = new Map(
    (await aws.instances.describe(upToDate.map(({ id }) => id))).map((one) => [one.id, one]),
  );
  for (const { id, role, state } of upToDate) {
    const instance = known.get(id);
    const record = { ossec: layers.ossec, layer: layers.of(role).digest };
    const tags = instance && lateTags(instance, state.push, record);
    if (tags !== undefined) await aws.instances.tag([id], tags);
  }
}

function planJson({ changes, upToDate, unreachable }: Planned) {
  return {
    changes: changes.map(({ id, group, role, change }) => ({ id, group, role: role.name, change })),
    upToDate: upToDate.map(({ id }) => id),
    unreachable: Object.fromEntries(unreachable.map(({ id, problem }) => [id, problem])),
  };
}

/** In a rehearsal they are put there; on AWS somebody else does that. @throws Failed where one is missing */
async function findBundles({ fleet, site, layers }: Scene, { changes }: Planned): Promise<RecordedTarget[]> {
  const place = placeOf(fleet);
  const missing = new Map<string, string>();
  const targets: RecordedTarget[] = [];
  const known = new Set(site.rehearsal ? [] : await site.aws.objects.keys(place.bucket, place.prefix));
  for (const { id, role, state, change } of changes) {
    const platform = change.kind === 'config' ? undefined : state.platform;
    const bundle = await layers.bundle(role, platform);
    const key = bundleKey(place, bundle.sha256);
    if (site.rehearsal) await publish(site, place, bundle);
    else if (!known.has(key)) {
      const flags = platform === undefined ? '' : ` --platform ${platform}`;
      missing.set(key, `bake ossec bundle --role ${role.name}${flags}`);
    }
    targets.push({ instanceId: id, bundle: bundle.sha256, layer: layers.of(role).digest });
  }
  if (missing.size === 0) return targets;
  return fail({
    kind: 'prerequisite',
    problem: `${[...missing.keys()].map((key) => formatObjectAddress({ bucket: place.bucket, key })).join(', ')}: not there, so instances could not fetch it`,
    remedy: 'somebody who may write there has to put it there first, from the same fleet file',
    commands: [...new Set(missing.values())],
  });
}

async function carryOut(
  { context, fleet, site, layers, document }: Scene,
  targets: readonly RecordedTarget[],
  { canary, maxConcurrency, maxErrors }: PushOptions,
): Promise<PushEnd> {
  // Who interrupts it once is told what has become of the instances that have begun.
  const doors = commandDoors({ signal: context.killSignal }, site);
  const isStopping = () => context.signal.aborted;
  context.whenInterrupted('the instances that have begun come to their end, and no further one begins');
  const waves = wavesOf(targets, { canary, maxConcurrency });
  const say = ({ instanceId, kind, reason, ...rest }: PushOutcome) =>
    context.reporter.emit({
      type: 'notice',
      level: kind === 'updated' || kind === 'skipped' ? 'info' : 'warning',
      text: [`[${instanceId}] ${kindWords(kind)}`, reason, gapWords({ instanceId, kind, reason, ...rest })]
        .filter((text) => text !== '')
        .join(': '),
    });
  const layerOf = new Map(targets.map(({ instanceId, layer }) => [instanceId, layer]));
  const record = async (updated: readonly PushOutcome[]) => {
    const ids = updated.map(({ instanceId }) => instanceId);
    for (const [layer = '', alike] of Map.groupBy(ids, (id) => layerOf.get(id))) {
      const tags = recordTags({ ossec: layers.ossec, layer, at: context.now() });
      await site.aws.instances.tag(alike, tags);
    }
  };
  return runPush(
    { ...doors, isStopping, onOutcome: say, record },
    {
      waves,
      hasCanary: canary > 0,
      maxErrors,
      document,
      documentSha256: await installedHash(doors, document),
      comment: `push of the ${fleet.name} fleet`,
    },
  );
}

function untouched({ upToDate, unreachable }: Planned): PushOutcome[] {
  return [
    ...upToDate.map(({ id }): PushOutcome => ({ instanceId: id, kind: 'skipped', reason: '' })),
    ...unreachable.map(
      ({ id, problem }): PushOutcome => ({ instanceId: id, kind: 'unreachable', reason: problem }),
    ),
  ];
}
