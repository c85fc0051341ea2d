/** `bake rollout`: refreshes Auto Scaling groups, predicted, watched and reversible. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, fail } from '../failure.ts';
import { newestImage } from '../rollout/choose.ts';
import { describePrepared } from '../rollout/describe.ts';
import type { Refresh } from '../rollout/model.ts';
import { undoTags } from '../rollout/plan/undo.ts';
import { effectivePreferences } from '../rollout/preferences.ts';
import type { Wanted } from '../rollout/preflight/facts.ts';
import type { Doors } from '../rollout/run/doors.ts';
import { gather } from '../rollout/run/gather.ts';
import { type Prepared, prepare } from '../rollout/run/prepare.ts';
import { type Started, start } from '../rollout/run/start.ts';
import { type Watched, watch } from '../rollout/run/watch.ts';
import { openSite, type Site } from '../world/site.ts';
import { loadForCommand } from './load.ts';
import { type RolloutOptions, withFlags } from './rollout-options.ts';
import { findTargets, type Target } from './rollout-targets.ts';

export async function rollout(context: Context, options: RolloutOptions): Promise<ExitCode> {
  const fleet = await loadForCommand(context, options);
  const site = await openSite(context, { rehearse: options.rehearse, region: fleet.region });
  const doors = openDoors(context, site);
  const targets = await findTargets(doors.rollouts, fleet, options);
  const all = await Promise.all(
    targets.map((target) =>
      prepareTarget({ site, doors, fleet: fleet.name, region: fleet.region }, target, options),
    ),
  );
  const lines = all.flatMap((prepared) => [...describePrepared(prepared), '']).slice(0, -1);
  if (options.dryRun) {
    context.reporter.result(all, lines);
    return all.some(isStopped) ? EXIT.failed : EXIT.done;
  }
  if (all.some(isStopped)) {
    context.reporter.result(all, lines);
    return EXIT.failed;
  }
  return await carryOut(context, doors, all, { lines, wait: options.wait });
}

export function openDoors(context: Context, site: Site): Doors {
  return {
    rollouts: site.aws.rollouts,
    sleep: (seconds) => sleep(seconds * 1000, undefined, { signal: context.signal }).catch(() => undefined),
    isInterrupted: () => context.signal.aborted,
    say: (group, { level, text }) =>
      context.reporter.emit({ type: 'notice', level, text: `[${group}] ${text}` }),
  };
}

interface Work {
  readonly site: Site;
  readonly doors: Doors;
  readonly fleet: string;
  readonly region: string;
}

async function prepareTarget(
  work: Work,
  { group, role }: Target,
  options: RolloutOptions,
): Promise<Prepared> {
  const { site, doors, region } = work;
  const imageId = options.image ?? (await newestOf(work, role.name, options));
  const image = await doors.rollouts.image(imageId);
  const requested = withFlags(role.rollout.preferences, options);
  const wanted: Wanted = {
    imageId,
    allowCandidate: options.allowCandidate,
    isRehearsal: site.rehearsal,
    pin: options.pin,
    managedBy: role.rollout.managedBy,
    requested,
    preferences: effectivePreferences(requested, group),
  };
  const gathered = await gather(doors, group, { region, image });
  return prepare(gathered, {
    wanted,
    imageName: image?.name ?? imageId,
    requireImdsV2: options.requireImdsv2,
  });
}

async function newestOf(
  { site, fleet }: Work,
  role: string,
  { allowCandidate }: RolloutOptions,
): Promise<string> {
  const images = await site.aws.fleetImages(fleet);
  const newest = newestImage(images, role, { allowCandidate, isRehearsal: site.rehearsal });
  if (newest !== undefined) return newest.imageId;
  return fail({
    kind: 'input',
    problem: `there is no ${allowCandidate ? '' : 'golden '}image of the role ${role}`,
    remedy: allowCandidate
      ? 'bake one first'
      : 'verify one first, name one with --image, or use --allow-candidate',
  });
}

function isStopped({ preflight }: Prepared): boolean {
  return preflight.verdict === 'stop';
}

async function carryOut(
  context: Context,
  doors: Doors,
  all: readonly Prepared[],
  { lines, wait }: { readonly lines: readonly string[]; readonly wait: boolean },
): Promise<ExitCode> {
  const toStart = all.filter(({ preflight }) => preflight.verdict === 'start');
  if (toStart.length > 0) await confirm(context, toStart, lines);
  const started: Started[] = [];
  for (const prepared of toStart) started.push(await start(doors, prepared));
  const watched = [
    ...started.map(({ group, refreshId }) => ({ group, refreshId })),
    ...(await attached(doors, all)),
  ];
  if (!wait || watched.length === 0) {
    context.reporter.result({ started }, startedLines(watched));
    return EXIT.done;
  }
  const ended = await watch(doors, watched);
  for (const one of started) await remember(doors, one, ended.get(one.group));
  return report(context, watched, ended);
}

/** Machines are replaced: that is asked about, or `--yes` has said it. */
async function confirm(
  context: Context,
  toStart: readonly Prepared[],
  lines: readonly string[],
): Promise<void> {
  if (context.yes) return;
  const names = toStart.map(({ group }) => group.name).join(', ');
  if (await context.reporter.ask(`Replace the instances of ${names}?`, lines)) return;
  fail({
    kind: 'input',
    problem: 'replacing running instances has to be confirmed',
    remedy: 'answer yes, or use --yes; --dry-run shows what would happen',
  });
}

/** The refreshes of the groups that have one with the same image already. */
async function attached(doors: Doors, all: readonly Prepared[]): Promise<Watched[]> {
  const groups = all.filter(({ preflight }) => preflight.verdict === 'attach').map(({ group }) => group.name);
  const found = await Promise.all(
    groups.map(async (group) => [group, (await doors.rollouts.refreshes(group))[0]] as const),
  );
  return found.flatMap(([group, refresh]) =>
    refresh === undefined ? [] : [{ group, refreshId: refresh.id }],
  );
}

function startedLines(watched: readonly Watched[]): string[] {
  if (watched.length === 0) return ['nothing to do: every group runs this image'];
  return watched.flatMap(({ group, refreshId }) => [
    `${group}: the refresh ${refreshId} has begun`,
    `  watch it from anywhere: bake rollout watch --group ${group}`,
  ]);
}

/** What to go back to, once AWS itself no longer can. */
async function remember(doors: Doors, started: Started, refresh: Refresh | undefined): Promise<void> {
  if (refresh?.status !== 'Successful' || started.before === started.after) return;
  const { templateId, before, previousImageId } = started;
  await doors.rollouts.tag(
    started.group,
    undoTags({ templateId, version: before, imageId: previousImageId }),
  );
}

/** The end of each, and the exit code of the gravest. */
export function report(
  context: Context,
  watched: readonly Watched[],
  ended: ReadonlyMap<string, Refresh>,
): ExitCode {
  const outcomes = watched.map(({ group, refreshId }) => ({ group, refreshId, refresh: ended.get(group) }));
  context.reporter.result(
    outcomes,
    outcomes.map(({ group, refresh }) => `${group}: ${refresh?.status ?? 'not seen'}${durationOf(refresh)}`),
  );
  const codes = outcomes.map(({ refresh }) => codeOf(context, refresh));
  return ORDER.find((code) => codes.includes(code)) ?? EXIT.done;
}

const ORDER: readonly ExitCode[] = [EXIT.interrupted, EXIT.failed, EXIT.rolledBack, EXIT.cancelled];

function codeOf(context: Context, refresh: Refresh | undefined): ExitCode {
  switch (refresh?.status) {
    case 'Successful':
      return EXIT.done;
    case 'RollbackSuccessful':
      return EXIT.rolledBack;
    case 'Cancelled':
      return EXIT.cancelled;
    case 'Failed':
    case 'RollbackFailed':
      return EXIT.failed;
    default:
      return context.signal.aborted ? EXIT.interrupted : EXIT.failed;
  }
}

function durationOf(refresh: Refresh | undefined): string {
  const { startedAtSeconds: from, endedAtSeconds: to } = refresh ?? {};
  return from === undefined || to === undefined ? '' : ` after ${Math.round(to - from)} s`;
}
