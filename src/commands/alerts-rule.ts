/** `bake alerts --rule`: the alerts of one rule, whole. */

import { readAlert } from '../alerts/read-alert.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { lookDocument } from '../instances/documents.ts';
import { instancesOf } from '../instances/find.ts';
import { lookAtDetails, lookAtRule } from '../instances/look-at-alerts.ts';
import { minuteOf } from '../report/alerts/words.ts';
import { quoteTerminal } from '../report/terminal-text.ts';
import { readAlertFile } from '../world/alert-files.ts';
import { loadAssets } from '../world/assets.ts';
import { parseObjectFolder } from '../world/s3.ts';
import { openSite } from '../world/site.ts';
import { type AlertsOptions, DAY } from './alerts-options.ts';
import { commandDoors, endOfAsking, installInRehearsal } from './instances-world.ts';
import { loadForCommand } from './load.ts';
import { findTargets } from './rollout-targets.ts';

/** Of a file, so many of the newest. */
const MOST = 200;

interface Details {
  readonly host: string;
  readonly count: number;
  /** As OSSEC wrote them, the oldest first. */
  readonly lines: readonly string[];
}

export async function alertDetails(
  context: Context,
  options: AlertsOptions & { readonly rule: number },
): Promise<ExitCode> {
  const { details, problems } = await (options.from.length > 0
    ? ofFiles(context, options)
    : ofInstances(context, options));
  context.reporter.result({ rule: options.rule, details, problems: Object.fromEntries(problems) }, [
    ...details.flatMap(lines),
    ...[...problems].map(([host, problem]) => quoteTerminal(`${host}: ${problem}`)),
  ]);
  return endOfAsking(context, EXIT.done);
}

function lines({ host, count, lines: raw }: Details): string[] {
  const left = count - raw.length;
  return [
    `${host}: ${count} alerts${left > 0 ? `, the newest ${raw.length} of them` : ''}`,
    ...raw.map((line) => {
      const alert = readAlert(line);
      const at = alert?.time === undefined ? '' : `${minuteOf(alert.time)}  `;
      return `  ${at}${alert?.log.trim() ?? line}`;
    }),
  ].map(quoteTerminal);
}

async function ofFiles(context: Context, { from, rule }: AlertsOptions & { readonly rule: number }) {
  const details: Details[] = [];
  for (const file of from) {
    let count = 0;
    let newest: string[] = [];
    await readAlertFile(context, file, {
      line: (line) => {
        if (!line.includes(String(rule)) || readAlert(line)?.rule !== rule) return;
        count += 1;
        newest.push(line);
        if (newest.length > 2 * MOST) newest = newest.slice(-MOST);
      },
      tooLong: () => {},
    });
    details.push({ host: file, count, lines: newest.slice(-MOST) });
  }
  return { details, problems: new Map<string, string>() };
}

async function ofInstances(context: Context, options: AlertsOptions & { readonly rule: number }) {
  const fleet = await loadForCommand(context, options, 'unseen');
  const site = await openSite(context, { rehearse: options.rehearse, region: fleet.region });
  const document = lookDocument(await loadAssets());
  await installInRehearsal(site, [document]);
  const instances = instancesOf(await findTargets(site.aws.rollouts, fleet, options));
  const doors = commandDoors(context, site);
  const wanted = { seconds: options.since ?? DAY, rule: options.rule };
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
