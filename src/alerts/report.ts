/** All that `bake alerts` shows, in one value. Pure. */

import type { Role } from '../fleet/model.ts';
import type { Tampering } from './declaration.ts';
import { GRAVE } from './incidents.ts';
import type { Counted } from './model.ts';
import { type Proposal, type Proposed, proposalsFor } from './propose.ts';
import type { Row } from './row.ts';
import type { Storm } from './storms.ts';
import type { Judged, Summary } from './summarize.ts';

/** The storms of one rule. */
export interface Story {
  readonly rule: number;
  readonly level: number;
  readonly description: string;
  /** The largest of them. */
  readonly storm: Storm;
  /** All, the largest first. */
  readonly storms: readonly Storm[];
  /** What their alerts are about, and nothing else. The most frequent first. */
  readonly subjects: readonly Counted[];
  readonly proposals: readonly Proposal[];
  /** What the fleet file can't declare, and why. */
  readonly refused: Proposed['refused'];
}

export interface AlertReport {
  readonly title: string;
  readonly summary: Summary;
  /** Those with a known cause first, then the gravest and largest. */
  readonly stories: readonly Story[];
  /** What is grave and no storm. */
  readonly incidents: readonly Row[];
  /** Instances that were asked; of files, hosts that alerts name. */
  readonly hostCount: number;
  /** By instance or file: what is not known of it. */
  readonly problems: Readonly<Record<string, string>>;
}

export interface Reported {
  readonly title: string;
  readonly hostCount: number;
  readonly problems: ReadonlyMap<string, string>;
  /** By host, as far as it is known: whose fleet file's lines would declare its alerts. */
  readonly roles: ReadonlyMap<string, Role>;
  /** Paths that images of any role watch. */
  readonly watched: readonly string[];
  readonly tamperings: readonly Tampering[];
}

export function reportOf({ incidents, ...summary }: Judged, reported: Reported): AlertReport {
  const { title, hostCount, problems } = reported;
  const byRule = Map.groupBy(summary.storms, ({ rule }) => rule);
  const stories = summary.rows.flatMap((row) => {
    const storms = byRule.get(row.rule);
    return storms === undefined ? [] : [storyOf(row, storms, reported)];
  });
  return {
    title,
    summary,
    stories: stories.toSorted(
      (a, b) =>
        Number(isExplained(b)) - Number(isExplained(a)) || b.level - a.level || b.storm.count - a.storm.count,
    ),
    incidents,
    hostCount,
    problems: Object.fromEntries(problems),
  };
}

/** Whether somebody has to: for an incident, or for a grave storm of which nobody knows what it comes from. */
export function isToBeLookedAt({ incidents, stories }: Pick<AlertReport, 'incidents' | 'stories'>): boolean {
  return incidents.length > 0 || stories.some(isUnexplained);
}

/** A grave rule of which some storm comes from nothing that is known. */
export function isUnexplained(story: Story): boolean {
  return story.level >= GRAVE && unexplainedOf(story).length > 0;
}

/** Those of its storms that come from nothing that is known, the largest first. */
export function unexplainedOf({ storms }: Story): Storm[] {
  return storms.filter(({ because }) => because === undefined);
}

function storyOf(row: Row, storms: readonly Storm[], { roles, watched, tamperings }: Reported): Story {
  const { rule, level, description } = row;
  const largest = storms.reduce((a, b) => (b.count > a.count ? b : a));
  const subjects = together(storms.flatMap((storm) => storm.subjects));
  const own = [...new Set(storms.flatMap(({ hosts }) => hosts.map((host) => roles.get(host))))];
  const proposed = proposalsFor({
    ...{ rule, subjects, watched, tamperings },
    role: own.length === 1 ? own[0] : undefined,
    isFirstBoot: storms.every(({ because }) => because?.kind === 'rollout'),
  });
  return { ...{ rule, level, description, storm: largest, storms, subjects }, ...proposed };
}

function isExplained({ storms }: Story): boolean {
  return storms.some(({ because }) => because !== undefined);
}

function together(subjects: readonly Counted[]): Counted[] {
  const bySubject = Map.groupBy(subjects, ({ kind, value }) => `${kind}:${value}`);
  return [...bySubject.values()]
    .map((same): Counted => {
      const [{ kind, value } = { kind: 'source' as const, value: '' }] = same;
      return { kind, value, count: same.reduce((sum, { count }) => sum + count, 0) };
    })
    .toSorted((a, b) => b.count - a.count);
}
