/** What was counted → what people want to know first. Pure. */

import { incidentOf } from './incidents.ts';
import type { Happening, Period } from './model.ts';
import { type Row, rowOf } from './row.ts';
import { burstsByRule, type Storm, stormsOf } from './storms.ts';
import type { Tallied } from './tallied.ts';

export interface Summary {
  readonly period: Period;
  readonly hosts: ReadonlyArray<{ readonly host: string; readonly count: number }>;
  readonly count: number;
  readonly unreadable: number;
  /** Alerts of rules for which an instance had no room in its answer, or bake in its memory. */
  readonly omitted: number;
  /** Files that could be read up to a damage only. */
  readonly damaged: number;
  /** Alerts that are dated ahead of now: counted, but at no time. */
  readonly ahead: number;
  /** The gravest first, then the most frequent. */
  readonly rows: readonly Row[];
  /** Of a rule, no two have an alert in common. The largest first. */
  readonly storms: readonly Storm[];
  readonly happenings: readonly Happening[];
}

export interface Judged extends Summary {
  /** What is grave and no storm: of each rule the rest, with its own hosts, subjects and log line. */
  readonly incidents: readonly Row[];
}

export interface Known {
  readonly period: Period;
  readonly happenings: readonly Happening[];
  /** Every host that was asked, also those without alerts. */
  readonly hostCount: number;
}

export function summarize(tallied: Tallied, { period: asked, happenings, hostCount }: Known): Judged {
  const period = boundsOf(tallied, asked);
  const rules = tallied.rules
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.level - a.level || b.count - a.count || a.rule - b.rule);
  const surroundings = { hostCount, happenings, periodSeconds: period.to - period.from };
  const bursts = burstsByRule({ ...tallied, rules }, surroundings);
  return {
    period,
    hosts: tallied.hosts.filter((_, number) => number > 0 || isUsed(tallied)),
    count: rules.reduce((sum, { count }) => sum + count, 0),
    ...{ unreadable: tallied.unreadable, damaged: tallied.damaged },
    ...{ omitted: tallied.omitted, ahead: tallied.ahead },
    rows: rules.map((rule) => rowOf(rule, tallied, period)),
    storms: rules
      .flatMap((rule) => stormsOf(rule, bursts.get(rule.rule) ?? [], { ...surroundings, tallied }))
      .toSorted((a, b) => b.count - a.count),
    incidents: rules.flatMap((rule) => {
      const incident = incidentOf(rule, bursts.get(rule.rule) ?? []);
      return incident === undefined ? [] : [rowOf(incident, tallied, period)];
    }),
    happenings,
  };
}

/** Whether there were too many hosts to tell them all apart. */
function isUsed({ hosts }: Tallied): boolean {
  return (hosts[0]?.count ?? 0) > 0;
}

/** Files are read whole, so their period is that of what is in them. */
function boundsOf({ rules }: Tallied, { from, to, previousFrom }: Period): Period {
  if (from > 0) return { from, to, previousFrom };
  const first = rules.reduce((least, one) => Math.min(least, one.first ?? least), to);
  const last = rules.reduce((most, one) => Math.max(most, one.last ?? most), first);
  return { from: first, to: Math.max(last, first + 1), previousFrom: undefined };
}
