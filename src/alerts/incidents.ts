/** What is no storm and grave enough to be looked at by somebody. Pure. */

import type { Row, Summary } from './summarize.ts';

/** OSSEC's own scale: from here on somebody should look. */
const GRAVE = 7;

/** Rules that rang on some hosts, but for what a storm has brought everywhere. */
export function incidents({ rows, storms }: Pick<Summary, 'rows' | 'storms'>): Row[] {
  return rows.filter((row) => {
    if (row.level < GRAVE) return false;
    const stormy = storms.filter(({ rule }) => rule === row.rule).reduce((sum, { count }) => sum + count, 0);
    return stormy < row.count;
  });
}
