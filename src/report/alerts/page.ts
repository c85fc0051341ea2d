/** Alerts as a page of HTML that needs nothing else: no script, no link, no image. Pure. */

import type { AlertReport, Story } from '../../alerts/report.ts';
import type { Row } from '../../alerts/row.ts';
import type { Assets } from '../../render/assets.ts';
import { renderTemplate } from '../../render/template.ts';
import { quoteHtml } from '../html-text.ts';
import {
  beforeWords,
  causeWords,
  costWords,
  hostWords,
  minuteOf,
  stormWords,
  subjectWords,
} from './words.ts';

export function alertPage(report: AlertReport, assets: Assets): string {
  return renderTemplate('alerts-page.html', view(report), quoteHtml, assets);
}

function view(report: AlertReport): Record<string, unknown> {
  const { summary, stories, incidents, problems, title } = report;
  const { period, rows, hosts, happenings } = summary;
  const missing = Object.entries(problems).map(([host, problem]) => ({ host, problem }));
  return {
    title,
    from: minuteOf(period.from),
    to: minuteOf(period.to),
    facts: [
      { value: String(summary.count), label: 'alerts' },
      {
        value: `${hosts.filter(({ count }) => count > 0).length}/${hosts.length}`,
        label: 'instances with alerts',
      },
      { value: String(rows.filter(({ isNew }) => isNew).length), label: 'rules that are new' },
      { value: String(stories.length), label: 'storms' },
      { value: String(incidents.length), label: 'to be looked at' },
    ],
    marks: happenings.map(({ from, kind, name }) => ({
      at: percent((from - period.from) / (period.to - period.from)),
      words: `${kind} ${name}, ${minuteOf(from)}`,
    })),
    hasStories: stories.length > 0,
    stories: stories.map(storyView),
    hasIncidents: incidents.length > 0,
    incidents: incidents.map(incidentView),
    hasRows: rows.length > 0,
    rows: rows.map((row) => rowView(row)),
    hasMissing: missing.length > 0,
    missing,
  };
}

function storyView({ storm, description, subjects, proposals }: Story) {
  return {
    ...{ rule: storm.rule, description },
    when: stormWords(storm),
    because: causeWords(storm.because),
    about: subjectWords(subjects, 0),
    proposals: proposals.map((proposal) => ({
      covers: proposal.covers,
      lines: proposal.lines,
      costs: costWords(proposal),
    })),
  };
}

function incidentView(row: Row) {
  const { log = '', host = '', time } = row.example ?? {};
  return {
    ...{ rule: row.rule, level: row.level, description: row.description, log: log.trim(), host },
    isNew: row.isNew === true,
    at: time === undefined ? '' : minuteOf(time),
    hosts: hostWords(row.hosts),
    about: subjectWords(row.subjects, row.others),
  };
}

function rowView(row: Row) {
  const most = Math.max(1, ...row.timeline);
  return {
    ...{ rule: row.rule, level: row.level, description: row.description, count: row.count },
    before: beforeWords(row),
    hosts: row.hosts.length,
    bars: row.timeline.map((count) => ({ height: percent(count / most) })),
  };
}

function percent(share: number): number {
  return Math.min(100, Math.max(0, Math.round(share * 1000) / 10));
}
