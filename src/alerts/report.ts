/** All that `bake alerts` shows, in one value. Pure. */

import { incidents } from './incidents.ts';
import type { Counted } from './model.ts';
import { type Proposal, proposals, type Tampering } from './propose.ts';
import type { Storm } from './storms.ts';
import type { Row, Summary } from './summarize.ts';

export interface Story {
  readonly storm: Storm;
  readonly description: string;
  /** What the alerts of its rule are about. */
  readonly subjects: readonly Counted[];
  readonly proposals: readonly Proposal[];
}

export interface AlertReport {
  readonly title: string;
  readonly summary: Summary;
  readonly stories: readonly Story[];
  readonly incidents: readonly Row[];
  /** By instance: why nothing is known of it. */
  readonly problems: Readonly<Record<string, string>>;
}

export interface Reported {
  readonly title: string;
  readonly problems: ReadonlyMap<string, string>;
  readonly role: string;
  readonly tamperings: readonly Tampering[];
}

export function reportOf(summary: Summary, { title, problems, role, tamperings }: Reported): AlertReport {
  return {
    title,
    summary,
    stories: summary.storms.map((storm) => {
      const row = summary.rows.find(({ rule }) => rule === storm.rule);
      const { description = '', subjects = [] } = row ?? {};
      return { storm, description, subjects, proposals: proposals(subjects, { role, tamperings }) };
    }),
    incidents: incidents(summary),
    problems: Object.fromEntries(problems),
  };
}
