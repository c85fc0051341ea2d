/** `bake alerts`: what OSSEC has seen, on instances or in files. */

import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Happening, HostTally, Period } from '../alerts/model.ts';
import { readAlert } from '../alerts/read-alert.ts';
import { reportOf } from '../alerts/report.ts';
import { summarize } from '../alerts/summarize.ts';
import { Tally } from '../alerts/tally.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, fail } from '../failure.ts';
import type { Role } from '../fleet/model.ts';
import { lookDocument } from '../instances/documents.ts';
import { instancesOf } from '../instances/find.ts';
import { happeningsOf } from '../instances/happenings.ts';
import { lookAtAlerts } from '../instances/look-at-alerts.ts';
import { alertLines } from '../report/alerts/lines.ts';
import { alertPage } from '../report/alerts/page.ts';
import { formatAge } from '../report/duration.ts';
import { tamperingPlaces } from '../verify/plants.ts';
import { readAlertFile } from '../world/alert-files.ts';
import { loadAssets } from '../world/assets.ts';
import { openSite } from '../world/site.ts';
import { type AlertsOptions, DAY } from './alerts-options.ts';
import { alertDetails } from './alerts-rule.ts';
import { commandDoors, endOfAsking, installInRehearsal } from './instances-world.ts';
import { loadForCommand } from './load.ts';
import { findTargets } from './rollout-targets.ts';

/** Into more parts than that, a period is not divided on an instance: its answer would have no room. */
const MOST_BUCKETS = 288;
const BUCKET_SECONDS = 300;

/** What was counted, and whose it is. */
export interface Gathered {
  readonly title: string;
  readonly tallies: readonly HostTally[];
  readonly problems: ReadonlyMap<string, string>;
  readonly happenings: readonly Happening[];
  readonly hostCount: number;
  readonly role: Role | undefined;
}

export async function alerts(context: Context, options: AlertsOptions): Promise<ExitCode> {
  if (options.rule !== undefined) return alertDetails(context, { ...options, rule: options.rule });
  const period = periodOf(context, options);
  const gathered = await (options.from.length > 0
    ? fromFiles(context, options, period)
    : fromInstances(context, options, period));
  const { tallies, role } = gathered;
  const summary = summarize(tallies, { ...gathered, period });
  const report = reportOf(summary, {
    ...gathered,
    role: role?.name ?? 'ROLE',
    tamperings: tamperingPlaces(),
  });
  const page = options.html === undefined ? undefined : resolve(context.workingFolder, options.html);
  if (page !== undefined) await writeFile(page, alertPage(report, await loadAssets()), { mode: 0o600 });
  context.reporter.result(report, [
    ...alertLines(report),
    ...(page === undefined ? [] : ['', `the page: ${page}`]),
  ]);
  return endOfAsking(context, EXIT.done);
}

/** Files are read whole unless told; there is no period before them then. */
function periodOf({ now }: Context, { since, from }: AlertsOptions): Period {
  const to = Math.floor(now().getTime() / 1000);
  if (since === undefined && from.length > 0) {
    return { from: 0, to: Number.MAX_SAFE_INTEGER, previousFrom: undefined };
  }
  const seconds = since ?? DAY;
  return { from: to - seconds, to, previousFrom: to - 2 * seconds };
}

async function fromFiles(
  { workingFolder, signal }: Context,
  { from, role, group }: AlertsOptions,
  period: Period,
): Promise<Gathered> {
  if (role.length > 0 || group.length > 0) bothNamed();
  const tally = new Tally(period);
  for (const file of from) {
    await readAlertFile({ workingFolder, signal }, file, {
      line: (line) => {
        if (line === '') return;
        const alert = readAlert(line);
        if (alert === undefined) tally.addUnreadable(file);
        else tally.add(alert, file);
      },
      tooLong: (count) => {
        if (count > 0) tally.addUnreadable(file, count);
      },
    });
  }
  const tallies = tally.result();
  return {
    title: `alerts of ${from.length === 1 ? from[0] : `${from.length} files`}`,
    tallies,
    problems: new Map(),
    happenings: [],
    hostCount: tallies.length,
    role: undefined,
  };
}

function bothNamed(): never {
  fail({
    kind: 'input',
    problem: '--from names files, and --role and --group name instances',
    remedy: 'use one of the two',
  });
}

async function fromInstances(context: Context, options: AlertsOptions, period: Period): Promise<Gathered> {
  const fleet = await loadForCommand(context, options, 'unseen');
  const site = await openSite(context, { rehearse: options.rehearse, region: fleet.region });
  const document = lookDocument(await loadAssets());
  await installInRehearsal(site, [document]);
  const targets = await findTargets(site.aws.rollouts, fleet, options);
  const instances = instancesOf(targets);
  const seconds = period.to - period.from;
  const { answers, problems } = await lookAtAlerts(commandDoors(context, site), document, {
    instanceIds: instances.map(({ id }) => id),
    seconds,
    bucketSeconds: BUCKET_SECONDS * Math.ceil(seconds / MOST_BUCKETS / BUCKET_SECONDS),
  });
  const names = [...new Set(targets.map(({ group }) => group.name))];
  return {
    title: `alerts of ${names.join(', ')} in the last ${formatAge(seconds)}`,
    tallies: [...answers.values()],
    problems,
    happenings: await happeningsOf(site.aws, names, period),
    hostCount: instances.length,
    role: targets[0]?.role,
  };
}
