/** `bake alerts`: what OSSEC has seen, on instances or in files. */

import type { Happening, Period } from '../alerts/model.ts';
import { isToBeLookedAt, reportOf } from '../alerts/report.ts';
import { summarize } from '../alerts/summarize.ts';
import { atLeast, type Tallied } from '../alerts/tallied.ts';
import { Tally } from '../alerts/tally.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import type { Role } from '../fleet/model.ts';
import { WATCHED } from '../fleet/schema-watch.ts';
import { lookDocument } from '../instances/documents.ts';
import { instancesOf } from '../instances/find.ts';
import { happeningsOf } from '../instances/happenings.ts';
import { lookAtAlerts } from '../instances/look-at-alerts.ts';
import { effectiveOssec } from '../ossec/config.ts';
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
  readonly tallied: Tallied;
  readonly problems: ReadonlyMap<string, string>;
  readonly happenings: readonly Happening[];
  readonly hostCount: number;
  readonly roles: ReadonlyMap<string, Role>;
  readonly watched: readonly string[];
}

export async function alerts(context: Context, options: AlertsOptions): Promise<ExitCode> {
  if (options.rule !== undefined) return alertDetails(context, { ...options, rule: options.rule });
  const period = periodOf(context, options);
  const page =
    options.html === undefined ? undefined : await openPageFile(context.workingFolder, options.html);
  const gathered = await (options.from.length > 0
    ? fromFiles(context, options, period)
    : fromInstances(context, options, period));
  const tallied = atLeast(gathered.tallied, options.level);
  const judged = summarize(tallied, { ...gathered, period });
  const report = reportOf(judged, { ...gathered, tamperings: tamperingPlaces() });
  if (page !== undefined) await page.write(alertPage(report, await loadAssets()));
  context.reporter.result(report, (screen) => [
    ...alertLines(report, screen),
    ...(page === undefined ? [] : ['', quoteTerminal(`the page: ${page.path}`)]),
  ]);
  return endOfAsking(context, options.exitCode && isToBeLookedAt(report) ? EXIT.somethingToDo : EXIT.done);
}

async function fromFiles(context: Context, { from }: AlertsOptions, period: Period): Promise<Gathered> {
  const found = await tallyFiles(context, from, period);
  const hostCount = found.tallied.hosts.filter(({ count }) => count > 0).length;
  return { ...found, happenings: [], hostCount, roles: new Map(), watched: WATCHED };
}

async function fromInstances(context: Context, options: AlertsOptions, period: Period): Promise<Gathered> {
  const fleet = await loadForCommand(context, options, 'unseen');
  const site = await openSite(context, { rehearse: options.rehearse, region: fleet.region });
  const document = lookDocument(await loadAssets());
  await installInRehearsal(site, [document]);
  const targets = await findTargets(site.aws.rollouts, fleet, options);
  const instances = instancesOf(targets);
  const instanceIds = instances.map(({ id }) => id);
  const seconds = period.to - period.from;
  const { answers, problems } = await lookAtAlerts(commandDoors(context, site), document, {
    instanceIds,
    seconds,
    bucketSeconds: BUCKET_SECONDS * Math.ceil(seconds / MOST_BUCKETS / BUCKET_SECONDS),
  });
  const tally = new Tally(period);
  for (const answer of answers.values()) tally.addHost(answer);
  const names = [...new Set(targets.map(({ group }) => group.name))];
  return {
    title: `alerts of ${names.join(', ')} in the last ${formatAge(seconds)}`,
    tallied: tally.result(),
    problems,
    happenings: await happeningsOf(site.aws, { groups: names, instanceIds }, period),
    hostCount: instances.length,
    roles: new Map(instances.map(({ id, role }) => [id, role])),
    watched: targets.flatMap(({ role }) => effectiveOssec(fleet, role).folders.map(({ path }) => path)),
  };
}
