/** Alerts for a terminal or a CI log. Pure. */

import type { AlertReport, Story } from '../../alerts/report.ts';
import type { Row } from '../../alerts/row.ts';
import { table } from '../table.ts';
import { quoteTerminal } from '../terminal-text.ts';
import { sparkline } from './sparkline.ts';
import {
  beforeWords,
  causeWords,
  costWords,
  counted,
  hostWords,
  minuteOf,
  stormWords,
  subjectWords,
} from './words.ts';

const MOST_ROWS = 40;
const MOST_STORIES = 20;
const MOST_HOSTS = 10;
const NO_EXAMPLE = { log: 'no log line had room', time: undefined, host: 'on instances' };

export function alertLines(report: AlertReport): string[] {
  const { summary, stories, incidents, title } = report;
  const { period, rows, hosts } = summary;
  const noisy = hosts.filter(({ count }) => count > 0).length;
  return [
    quoteTerminal(
      `${title}: ${summary.count} alerts on ${noisy} of ${hosts.length}, ${minuteOf(period.from)} to ${minuteOf(period.to)} UTC`,
    ),
    ...(rows.length === 0 ? [] : ['', ...rowLines(rows)]),
    ...section('Storms', storyParts(stories)),
    ...section('To be looked at', incidents.slice(0, MOST_ROWS).flatMap(incidentLines)),
    ...section('Most alerts', hosts.length > 1 ? busiest(report) : []),
    ...section('Not known', unknown(report)),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

function rowLines(rows: readonly Row[]): string[] {
  const [title = '', ...lines] = table([
    ['level', 'rule', 'alerts', 'before', 'on', 'over time', 'what'],
    ...rows
      .slice(0, MOST_ROWS)
      .map((row) => [
        String(row.level),
        String(row.rule),
        String(row.count),
        beforeWords(row),
        String(row.hosts.length),
        sparkline(row.timeline),
        row.description,
      ]),
  ]);
  const rest = rows.length - MOST_ROWS;
  return [
    title,
    ...lines,
    ...(rest > 0 ? [`… and ${rest} more rules: all of them with --json or --html`] : []),
  ];
}

function storyParts(stories: readonly Story[]): string[] {
  const rest = stories.length - MOST_STORIES;
  return [
    ...stories.slice(0, MOST_STORIES).flatMap(storyLines),
    ...(rest > 0 ? [`… and storms of ${rest} more rules: all of them with --json or --html`] : []),
  ];
}

function storyLines({ rule, storm, storms, description, subjects, proposals, refused }: Story): string[] {
  return [
    `rule ${rule}, ${description}${storms.length > 1 ? `: ${storms.length} storms, the largest` : ''}`,
    `  ${stormWords(storm)}, ${causeWords(storm.because)}`,
    `  about: ${subjectWords(subjects, 0)}`,
    ...proposals.flatMap((proposal) => [
      `  would be declared by, for ${proposal.covers} of the alerts:`,
      ...proposal.lines.map((line) => `      ${line}`),
      ...costWords(proposal).map((words) => `    ${words}`),
    ]),
    ...refused.map(({ value, why }) => `  can't be declared: ${value}: ${why}`),
  ].map(quoteTerminal);
}

function incidentLines(row: Row): string[] {
  const { log, time, host } = row.example ?? NO_EXAMPLE;
  return [
    `rule ${row.rule}, level ${row.level}${row.isNew ? ', new' : ''}: ${row.description}`,
    `  on ${hostWords(row.hosts)}; about ${subjectWords(row.subjects, row.others)}`,
    `  ${host}${time === undefined ? '' : `, ${minuteOf(time)}`}: ${log.trim().slice(0, 200)}`,
  ].map(quoteTerminal);
}

function busiest({ summary: { hosts } }: AlertReport): string[] {
  const sorted = hosts.filter(({ count }) => count > 0).toSorted((a, b) => b.count - a.count);
  return table(sorted.slice(0, MOST_HOSTS).map(({ host, count }) => [host, String(count)]));
}

function unknown({ problems, summary: { unreadable, damaged, omitted, ahead } }: AlertReport): string[] {
  return [
    ...Object.entries(problems).map(([host, problem]) => quoteTerminal(`${host}: ${problem}`)),
    ...(unreadable > 0 ? [`${unreadable} lines are no alerts`] : []),
    ...(damaged > 0 ? [`${counted(damaged, 'damaged file')}, read up to the damage`] : []),
    ...(ahead > 0 ? [`when they were: ${counted(ahead, 'alert')} dated ahead of now`] : []),
    ...(omitted > 0 ? [`${counted(omitted, 'alert')} of rules for which there was no room`] : []),
  ];
}
