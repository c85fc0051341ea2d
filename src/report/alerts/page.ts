/** Alerts as a page of HTML that needs nothing else: no script, no link, no image. Pure. */

import type { Proposal } from '../../alerts/propose.ts';
import { type AlertReport, isToBeLookedAt, isUnexplained, type Story } from '../../alerts/report.ts';
import type { Row } from '../../alerts/row.ts';
import type { Assets } from '../../render/assets.ts';
import { renderTemplate } from '../../render/template.ts';
import { formatAge } from '../duration.ts';
import { quoteHtml } from '../html-text.ts';
import { chartOf, placeOf } from './chart.ts';
import { levelTone, TONE_WORDS, TONES } from './level.ts';
import { type Busiest, busiestAddresses, busiestHosts } from './most.ts';
import {
  beforeWords,
  causeWords,
  costWords,
  counted,
  extent,
  furtherStorms,
  grouped,
  headline,
  minuteOf,
  proposalWords,
  type Shown,
  secondOf,
  shownHosts,
  shownSubjects,
  stormWords,
  unexplainedWords,
  unknowns,
} from './words.ts';

const MOST_EVENTS = 20;
const MOST_HOSTS = 20;
const MOST_ADDRESSES = 10;
/** In percent of the period. */
const CLOSE = 3;

export function alertPage(report: AlertReport, assets: Assets): string {
  return renderTemplate('alerts-page.html', view(report), quoteHtml, assets);
}

function view(report: AlertReport): Record<string, unknown> {
  const { summary, stories, incidents, title } = report;
  const missing = unknowns(report);
  const hosts = busiestView(busiestHosts(summary, MOST_HOSTS));
  const addresses = busiestView(busiestAddresses(summary, MOST_ADDRESSES));
  return {
    title,
    headline: headline(report),
    extent: extent(report),
    chart: summary.rows.length === 0 ? [] : [chartView(report)],
    hasIncidents: isToBeLookedAt(report),
    incidents: incidents.map(incidentView),
    unexplained: stories.filter(isUnexplained).map(unexplainedView),
    hasRows: summary.rows.length > 0,
    rows: summary.rows.map((row) => rowView(row)),
    hasStories: stories.length > 0,
    stories: stories.map(storyView),
    hasHosts: summary.hosts.length > 1 && hosts.most.length > 0,
    hosts,
    hasAddresses: addresses.most.length > 0,
    addresses,
    hasMissing: missing.length > 0,
    missing,
  };
}

function chartView({ summary }: AlertReport) {
  const { period, happenings } = summary;
  const { bars, peak, secondsOfBar, ticks, spans } = chartOf(summary);
  const known = happenings
    .filter(({ from, to }) => from <= period.to && (to ?? period.to) >= period.from)
    .slice(-MOST_EVENTS);
  return {
    bars: bars.map(({ heights }) => ({
      parts: TONES.filter((tone) => heights[tone] > 0).map((tone) => ({ tone, height: heights[tone] })),
    })),
    peak: `${counted(peak, 'alert')} in ${formatAge(secondsOfBar)}`,
    ticks,
    spans,
    hasSpans: spans.length > 0,
    legend: TONES.map((tone) => ({ tone, words: TONE_WORDS[tone] })),
    hasEvents: known.length > 0,
    events: known.map(({ from, kind, name }, index) => ({
      number: index + 1,
      // Numbers of what began at about the same time stand below each other.
      row:
        known.slice(0, index).filter((one) => placeOf(from, period) - placeOf(one.from, period) < CLOSE)
          .length % 3,
      // What began before the period has its line at the period's beginning, and says so.
      at: placeOf(from, period),
      when: from < period.from ? `${minuteOf(from)}, before the period` : minuteOf(from),
      words: `${kind} ${name}`,
    })),
  };
}

function incidentView(row: Row) {
  const { rule, level, description, example, subjects, others } = row;
  const { time, host = '', log = '' } = example ?? {};
  return {
    ...{ rule, level, tone: levelTone(level), description, host },
    count: counted(row.count, 'alert'),
    isNew: row.isNew === true,
    hosts: shownView(shownHosts(row.hosts)),
    about: shownView(shownSubjects(subjects, others)),
    hasLog: example !== undefined,
    at: time === undefined ? '' : secondOf(time),
    log: log.trim().split('\n'),
  };
}

function unexplainedView(story: Story) {
  const { rule, level, description } = story;
  return {
    ...{ rule, level, tone: levelTone(level), description },
    words: unexplainedWords(story),
  };
}

function rowView(row: Row) {
  const most = Math.max(1, ...row.timeline);
  return {
    ...{ rule: row.rule, level: row.level, tone: levelTone(row.level), description: row.description },
    count: grouped(row.count),
    isNew: row.isNew === true,
    before: beforeWords(row),
    hosts: row.hosts.length,
    bars: row.timeline.map((count) => ({ height: Math.round((count / most) * 1000) / 10, some: count > 0 })),
  };
}

function storyView(story: Story) {
  const { rule, level, description, storm, subjects, proposals, refused } = story;
  return {
    ...{ rule, level, tone: levelTone(level), description, refused },
    when: stormWords(storm),
    because: causeWords(storm.because),
    more: furtherStorms(story),
    about: shownView(shownSubjects(subjects, 0)),
    hasProposals: proposals.length + refused.length > 0,
    keys: proposals.map(({ key }) => key).join(', '),
    proposals: proposals.map((proposal) => proposalView(proposal, story)),
  };
}

function proposalView(proposal: Proposal, story: Story) {
  return {
    words: proposalWords(proposal, story),
    lines: proposal.lines,
    costs: costWords(proposal),
  };
}

function busiestView({ most, rest }: Busiest) {
  const highest = Math.max(1, ...most.map(({ count }) => count));
  return {
    most: most.map(({ value, count }) => ({
      ...{ value, count: grouped(count) },
      width: Math.round((count / highest) * 1000) / 10,
    })),
    rest: rest > 0 ? `and ${grouped(rest)} more` : '',
  };
}

function shownView({ items, more }: Shown) {
  return {
    items: items.map(({ value, count }, index) => ({
      ...{ value, count: grouped(count) },
      join: index < items.length - 1 || more !== '' ? ', ' : '',
    })),
    more,
  };
}
