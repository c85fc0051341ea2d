/** `bake rollout`: refreshes Auto Scaling groups, predicted, watched and reversible. */

import pMap from 'p-map';
import { openReports } from '../build/reports.ts';
import { requireProof } from '../build/require-proof.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, Failed, fail } from '../failure.ts';
import type { Claim } from '../images/vouch.ts';
import { describePrepared } from '../rollout/describe.ts';
import type { Doors } from '../rollout/run/doors.ts';
import type { Prepared } from '../rollout/run/prepare.ts';
import { roll } from '../rollout/run/roll.ts';
import { start } from '../rollout/run/start.ts';
import { planWaves, type Waves } from '../rollout/waves.ts';
import { openSite } from '../world/site.ts';
import { fleetFolderOf } from './fleet-folder.ts';
import { loadForCommand } from './load.ts';
import { confirmRollout, openDoors, requireChecks } from './rollout-doors.ts';
import type { RolloutOptions } from './rollout-options.ts';
import { Preparing } from './rollout-prepare.ts';
import { report } from './rollout-report.ts';
import { findTargets, type Target } from './rollout-targets.ts';

export async function rollout(context: Context, options: RolloutOptions): Promise<ExitCode> {
  const fleet = await loadForCommand(context, options, 'unseen');
  const { region, waves } = fleet;
  const site = await openSite(context, { rehearse: options.rehearse, region });
  const doors = openDoors(context, site, options.file);
  const targets = await findTargets(doors.rollouts, fleet, options);
  if (options.checks) {
    await requireChecks(
      context,
      site,
      targets.flatMap(({ role }) => role.rollout.checks),
    );
  }
  const { name, images } = fleet;
  const fleetFolder = fleetFolderOf(context, options.file);
  const reports = openReports(fleetFolder, { fleet, objects: site.aws.objects });
  const proof = (image: Claim) => requireProof(image, reports, context.reporter.emit);
  const work = { site, doors, fleet: name, region, images, options, requireProof: proof };
  const preparing = () => new Preparing(work);
  const all = await prepareAll(preparing(), targets);
  const lines = [...describeWaves(all, waves), ...describeAll(all)];
  const isStopped = all.some(({ preflight }) => preflight.verdict === 'stop');
  if (options.dryRun || isStopped) {
    context.reporter.result(all, lines);
    return isStopped ? EXIT.failed : EXIT.done;
  }
  const toStart = all.filter(({ preflight }) => preflight.verdict === 'start');
  if (toStart.length > 0) {
    const names = toStart.map(({ group }) => group.name).join(', ');
    const remedy = 'answer yes, or use --yes; --dry-run shows what would happen';
    await confirmRollout(context, `Replace the instances of ${names}?`, { lines, remedy });
  }
  if (!options.wait) return await startOnly(context, doors, all, waves);
  context.whenInterrupted('AWS goes on with the refreshes, and nothing is checked any more');
  const outcomes = await roll(doors, all, {
    region,
    waves,
    again: async (wave) => prepareAll(preparing(), await findAgain(doors, targets, wave)),
  });
  return report(context, outcomes);
}

/** Groups of which a few at a time are asked about. */
const GROUPS_AT_ONCE = 5;

function prepareAll(preparing: Preparing, targets: readonly Target[]): Promise<Prepared[]> {
  return pMap(targets, (target) => preparing.prepare(target), { concurrency: GROUPS_AT_ONCE });
}

/** The groups as they are now. @throws Failed where one is not there any more */
async function findAgain(
  doors: Doors,
  targets: readonly Target[],
  wave: readonly Prepared[],
): Promise<Target[]> {
  const groups = await doors.rollouts.groups(wave.map(({ group }) => group.name));
  return wave.map(({ group: { name } }) => {
    const group = groups.find((one) => one.name === name);
    const target = targets.find((one) => one.group.name === name);
    if (group !== undefined && target !== undefined) return { ...target, group };
    return fail({
      kind: 'input',
      problem: `there is no Auto Scaling group ${name} any more`,
      remedy: 'run the same command again',
    });
  });
}

function describeAll(all: readonly Prepared[]): string[] {
  return all.flatMap((prepared) => [...describePrepared(prepared), '']).slice(0, -1);
}

function describeWaves(all: readonly Prepared[], waves: Waves | undefined): string[] {
  const planned = wavesOf(all, waves);
  if (planned.length < 2) return [];
  const lines = planned.map(
    (wave, index) => `wave ${index + 1} of ${planned.length}: ${wave.map(({ name }) => name).join(', ')}`,
  );
  return [...lines, ''];
}

function wavesOf(all: readonly Prepared[], waves: Waves | undefined) {
  return planWaves(
    all.map(({ group }) => ({ name: group.name })),
    waves,
  );
}

/** Starts what is to be started and says how to watch it. Without a running bake there are no later waves. */
async function startOnly(
  context: Context,
  doors: Doors,
  all: readonly Prepared[],
  waves: Waves | undefined,
): Promise<ExitCode> {
  if (wavesOf(all, waves).length > 1) {
    return fail({
      kind: 'input',
      problem: 'these groups go in waves, which needs a bake that waits for each of them',
      remedy: 'leave --no-wait away, or name the groups of one wave: --group NAME',
    });
  }
  const started: Started[] = [];
  try {
    for (const prepared of all) started.push(...(await startOne(doors, prepared)));
  } catch (error) {
    if (!(error instanceof Failed) || started.length === 0) throw error;
    context.reporter.result({ started }, startedLines(started));
    throw error;
  }
  context.reporter.result({ started }, startedLines(started));
  return EXIT.done;
}

interface Started {
  readonly group: string;
  readonly refreshId: string;
  /** Somebody had begun it already. */
  readonly isJoined: boolean;
}

async function startOne(doors: Doors, prepared: Prepared): Promise<Started[]> {
  const { group, preflight, active } = prepared;
  if (preflight.verdict === 'nothing') return [];
  const refreshId = active?.refreshId ?? (await start(doors, prepared)).refreshId;
  return [{ group: group.name, refreshId, isJoined: active !== undefined }];
}

function startedLines(started: readonly Started[]) {
  if (started.length === 0) return ['nothing to do: every group runs this image'];
  return started.flatMap(({ group, refreshId, isJoined }) => [
    `${group}: the refresh ${refreshId} ${isJoined ? 'is under way already' : 'has begun'}; without a running bake nothing is checked`,
    `  watch it from anywhere: bake rollout watch --group ${group}`,
  ]);
}
