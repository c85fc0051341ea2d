/** `bake alerts`: what OSSEC has seen, on instances or in files. */

import type { Happening, HostTally, Period } from '../alerts/model.ts';
import { reportOf } from '../alerts/report.ts';
import { summarize } from '../alerts/summarize.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import type { Role } from '../fleet/model.ts';
import { lookDocument } from '../instances/documents.ts';
import { instancesOf } from '../instances/find.ts';
import { happeningsOf } from '../instances/happenings.ts';
import { lookAtAlerts } from '../instances/look-at-alerts.ts';
import { alertLines } from '../report/alerts/lines.ts';
import { alertPage } from '../report/alerts/page.ts';
import { formatAge } from '../report/duration.ts';
import { quoteTerminal } from '../report/terminal-text.ts';
import { tamperingPlaces } from '../verify/plants.ts';
import { loadAssets } from '../world/assets.ts';
import { openPageFile } from '../world/page-file.ts';
import { openSite } from '../world/site.ts';
import { tallyFiles } from './alerts-files.ts';
import { type AlertsOptions, periodOf } from './alerts-options.ts';
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
  const page =
    options.html === undefined ? undefined : await openPageFile(context.workingFolder, options.html);
  const gathered = await (options.from.length > 0
    ? fromFiles(context, options, period)
    : fromInstances(context, options, period));
  const { role } = gathered;
  const tallies = gathered.tallies.map((tally) => atLeast(tally, options.level));
  const summary = summarize(tallies, { ...gathered, period });
  const report = reportOf(summary, {
    ...gathered,
    role: role?.name ?? 'ROLE',
    tamperings: tamperingPlaces(),
  });
  if (page !== undefined) await page.write(alertPage(report, await loadAssets()));
  context.reporter.result(report, [
    ...alertLines(report),
    ...(page === undefined ? [] : ['', quoteTerminal(`the page: ${page.path}`)]),
  ]);
  const isWork = report.incidents.length > 0;
  return endOfAsking(context, isWork && options.exitCode ? EXIT.somethingToDo : EXIT.done);
}

/** What has rung below a level is not shown. */
function atLeast(tally: HostTally, level = 0): HostTally {
  return { ...tally, rules: tally.rules.filter((rule) => rule.level >= level) };
}

async function fromFiles(context: Context, { from }: AlertsOptions, period: Period): Promise<Gathered> {
  const found = await tallyFiles(context, from, period);
  return { ...found, happenings: [], hostCount: found.tallies.length, role: undefined };
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
