/** Alerts for a terminal or a CI log: what is to be looked at first. Pure. */

import { type AlertReport, isUnexplained, type Story } from '../../alerts/report.ts';
import type { Row } from '../../alerts/row.ts';
import { painterOf, wrapTo } from '../paint.ts';
import { PLAIN, type Screen } from '../screen.ts';
import { table } from '../table.ts';
import { quoteTerminal } from '../terminal-text.ts';
import { type Busiest, busiestAddresses, busiestHosts } from './most.ts';
import { ruleTable, toneOf } from './rule-table.ts';
import { storyLines } from './story-lines.ts';
import {
  counted,
  extent,
  grouped,
  headline,
  secondOf,
  shownHosts,
  shownSubjects,
  shownWords,
  unexplainedWords,
  unknowns,
} from './words.ts';

const MOST_INCIDENTS = 20;
const MOST_ROWS = 40;
const MOST_STORIES = 10;
const MOST_HOSTS = 10;
/** Characters of a log line: some lines of a terminal. */
const LONGEST_LOG = 300;

export function alertLines(report: AlertReport, screen: Screen = PLAIN): string[] {
  const { summary, stories, incidents, title } = report;
  const paint = painterOf(screen);
  const begin = { first: 0, further: 2 };
  const section = (name: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', paint('strong', name), ...lines];
  const rules = ruleTable(summary.rows.slice(0, MOST_ROWS), summary.period, indented(screen));
  return [
    ...wrapTo(paint('strong', quoteTerminal(`${title}: ${headline(report)}`)), screen, begin),
    ...(summary.rows.length === 0 ? [] : wrapTo(extent(report), screen, begin)),
    ...section('To be looked at', [
      ...incidents.slice(0, MOST_INCIDENTS).flatMap((row) => incidentLines(row, screen)),
      ...rest(incidents.length - MOST_INCIDENTS, 'more'),
      ...stories.filter(isUnexplained).flatMap((story) => unexplainedLines(story, screen)),
    ]),
    ...section('By rule', [
      ...(summary.rows.length === 0 ? [] : rules.map((line) => `  ${line}`)),
      ...rest(summary.rows.length - MOST_ROWS, 'more rules'),
    ]),
    ...section('Storms: the same alert on most instances within minutes', [
      ...stories.slice(0, MOST_STORIES).flatMap((story) => storyLines(story, screen)),
      ...rest(stories.length - MOST_STORIES, 'more rules with storms'),
    ]),
    ...section(
      'Where most alerts are',
      summary.hosts.length > 1 ? busiest(busiestHosts(summary, MOST_HOSTS)) : [],
    ),
    ...section('Where most come from', busiest(busiestAddresses(summary, MOST_HOSTS))),
    ...section(
      'Not known',
      unknowns(report).flatMap(({ about, what }) => {
        const text = quoteTerminal(about === '' ? what : `${about}: ${what}`);
        return wrapTo(text, screen, { first: 2, further: 4 });
      }),
    ),
  ];
}

/** Within a section. */
function indented({ columns, colours }: Screen): Screen {
  return { columns: columns === undefined ? undefined : columns - 2, colours };
}

function incidentLines(row: Row, screen: Screen): string[] {
  const { level, rule, description, isNew, hosts, subjects, others, example } = row;
  const paint = painterOf(screen);
  const tone = toneOf(level) ?? 'strong';
  const what = `${paint(tone, `level ${level}`)}, rule ${rule}${isNew ? `, ${paint('strong', 'new')}` : ''}`;
  const where = `${counted(row.count, 'alert')} on ${shownWords(shownHosts(hosts))}`;
  const about = shownWords(shownSubjects(subjects, others));
  return [
    ...wrapTo(`${what}: ${quoteTerminal(description)}`, screen, { first: 2, further: 4 }),
    ...wrapTo(quoteTerminal(`${where}; about ${about}`), screen, { first: 4, further: 6 }),
    ...wrapTo(paint('soft', exampleText(example)), screen, { first: 4, further: 6 }),
  ];
}

function unexplainedLines(story: Story, screen: Screen): string[] {
  const what = painterOf(screen)(toneOf(story.level) ?? 'strong', `level ${story.level}`);
  const text = `${what}, rule ${story.rule}: ${quoteTerminal(story.description)}`;
  return [
    ...wrapTo(text, screen, { first: 2, further: 4 }),
    ...wrapTo(unexplainedWords(story), screen, { first: 4, further: 6 }),
  ];
}

function exampleText(example: Row['example']): string {
  if (example === undefined) return 'no log line had room';
  const { log, time, host } = example;
  const at = time === undefined ? '' : `, ${secondOf(time)}`;
  const line = log.trim().replaceAll(/\s*\n\s*/g, ' ↵ ');
  const cut = line.length > LONGEST_LOG ? `${line.slice(0, LONGEST_LOG).toWellFormed()}…` : line;
  return quoteTerminal(`${host}${at}: ${cut}`);
}

function busiest({ most, rest: further }: Busiest): string[] {
  const rows = table(
    most.map(({ value, count, rules }) => [value, grouped(count), `rules ${ruleWords(rules)}`]),
  );
  return [...rows.map((line) => `  ${line}`), ...rest(further, 'more')];
}

const MOST_RULES = 6;

function ruleWords(rules: readonly number[]): string {
  const shown = rules.slice(0, MOST_RULES).join(', ');
  return rules.length > MOST_RULES ? `${shown} and more` : shown;
}

function rest(count: number, what: string): string[] {
  return count > 0 ? [`  … and ${count} ${what}: all of them with --json or --html`] : [];
}
