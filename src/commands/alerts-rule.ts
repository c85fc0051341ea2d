/** `bake alerts --rule`: the alerts of one rule, whole. */

import { readAlert } from '../alerts/read-alert.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { lookDocument } from '../instances/documents.ts';
import { instancesOf } from '../instances/find.ts';
import { lookAtDetails, lookAtRule } from '../instances/look-at-alerts.ts';
import { type Details, detailLines } from '../report/alerts/details.ts';
import { loadAssets } from '../world/assets.ts';
import { parseObjectFolder } from '../world/s3.ts';
import { openSite } from '../world/site.ts';
import { readAlertFiles } from './alerts-files.ts';
import { type AlertsOptions, periodOf } from './alerts-options.ts';
import { commandDoors, endOfAsking, installInRehearsal } from './instances-world.ts';
import { loadForCommand } from './load.ts';
import { findTargets } from './rollout-targets.ts';

/** Of a file, so many of the newest. */
const MOST = 200;

type RuleOptions = AlertsOptions & { readonly rule: number };

export async function alertDetails(context: Context, options: RuleOptions): Promise<ExitCode> {
  const { details, problems } = await (options.from.length > 0
    ? ofFiles(context, options)
    : ofInstances(context, options));
  const result = { rule: options.rule, details, problems: Object.fromEntries(problems) };
  context.reporter.result(result, detailLines(result));
  return endOfAsking(context, EXIT.done);
}

async function ofFiles(context: Context, options: RuleOptions) {
  const { from, to } = periodOf(context, options);
  const byFile = new Map<string, { count: number; newest: string[] }>();
  const problems = await readAlertFiles(context, options.from, (line, file) => {
    const alert = readAlert(line);
    if (alert?.rule !== options.rule) return alert !== undefined;
    const { time = to } = alert;
    if (time < from || time > to) return true;
    const found = byFile.get(file) ?? { count: 0, newest: [] };
    byFile.set(file, found);
    found.count += 1;
    found.newest.push(line);
    if (found.newest.length > 2 * MOST) found.newest = found.newest.slice(-MOST);
    return true;
  });
  const details = [...byFile].map(
    ([host, { count, newest }]): Details => ({ host, count, lines: newest.slice(-MOST) }),
  );
  return { details, problems };
}

async function ofInstances(context: Context, options: RuleOptions) {
  const fleet = await loadForCommand(context, options, 'unseen');
  const site = await openSite(context, { rehearse: options.rehearse, region: fleet.region });
  const document = lookDocument(await loadAssets());
  await installInRehearsal(site, [document]);
  const instances = instancesOf(await findTargets(site.aws.rollouts, fleet, options));
  const doors = commandDoors(context, site);
  const { from, to } = periodOf(context, options);
  const wanted = { seconds: to - from, rule: options.rule };
  const ids = instances.map(({ id }) => id);
  const short = await lookAtRule(doors, document, { ...wanted, instanceIds: ids });
  const cut = [...short.answers].flatMap(([id, { count, lines: found }]) =>
    count > found.length ? [id] : [],
  );
  const { details: place } = fleet.ossec;
  if (place === undefined && cut.length > 0) sayCut(context);
  const long =
    place === undefined || cut.length === 0
      ? undefined
      : await lookAtDetails(doors, document, {
          ...{ ...wanted, instanceIds: cut },
          ...{ place: parseObjectFolder(place), objects: site.aws.objects },
        });
  // Of an instance that was asked twice, the second answer is the longer one.
  const answers = new Map([...short.answers, ...(long?.answers ?? [])]);
  return {
    details: [...answers]
      .map(([host, { count, lines: found }]): Details => ({ host, count, lines: found }))
      .filter(({ count }) => count > 0),
    problems: new Map([
      ...short.problems,
      ...[...(long?.problems ?? [])].map(([id, why]) => [id, `only the newest are shown: ${why}`] as const),
    ]),
  };
}

function sayCut(context: Context): void {
  context.reporter.emit({
    ...{ type: 'notice', level: 'info' },
    text: 'SSM has no room for all of them, so only the newest are shown',
    remedy: 'with `ossec.details: s3://BUCKET/PREFIX` in the fleet file, instances put the others there',
  });
}
