/** The built-in check: what OSSEC has found on the new instances since they were launched. Pure. */

import { z } from 'zod';
import { counted } from '../preflight/facts.ts';
import type { AlertCheck, CheckResult } from './model.ts';

const FILE = '/var/ossec/logs/alerts/alerts.json';
const HIGHEST_LEVEL = 16;
/** What SSM gives back is cut at 24,000 characters. */
const MOST_ALERTS = 20;
const LONGEST_LINE = 1000;

/** What one instance has answered. */
export interface AlertAnswer {
  readonly instanceId: string;
  /** Why it could not be asked; empty where it was. */
  readonly problem: string;
  /** The first alerts, one a line: untrusted text. */
  readonly stdout: string;
}

/**
 * Prints the alerts of this level and above, for `/bin/sh`. A quote within a log line is escaped there, so that
 * no log line can look like a level.
 */
export function alertScript({ level }: AlertCheck): string {
  const levels = Array.from({ length: HIGHEST_LEVEL - level + 1 }, (_, index) => level + index);
  const pattern = `"level": ?(${levels.join('|')})[,}]`;
  return `test -r ${FILE} || { echo 'there is no ${FILE}' >&2; exit 3; }
grep -E '${pattern}' ${FILE} | head -n ${MOST_ALERTS} | cut -c 1-${LONGEST_LINE}`;
}

/** Alerts fail it; so does an instance that can't be asked, since nobody knows what happens there. */
export function judgeAlerts({ level }: AlertCheck, answers: readonly AlertAnswer[]): CheckResult {
  const silent = answers.find(({ problem }) => problem !== '');
  const loud = answers.filter(({ stdout }) => stdout.trim() !== '');
  const [first] = loud;
  if (first !== undefined) {
    const others = loud.length > 1 ? `, and ${counted(loud.length - 1, 'instance')} more` : '';
    const what = describe(first.stdout.trim().split('\n')[0] ?? '');
    return failed(`alerts of level ${level} or above on ${first.instanceId}${others}: ${what}`);
  }
  if (silent !== undefined) return failed(`${silent.instanceId} could not be asked: ${silent.problem}`);
  return { passed: true, why: '' };
}

const ALERT = z.object({
  rule: z.object({ level: z.number(), comment: z.string().default(''), sidid: z.number() }),
});

/** A line that was cut is an alert all the same. */
function describe(line: string): string {
  const parsed = ALERT.safeParse(parse(line));
  if (!parsed.success) return 'one that is too long to read here';
  const { level, comment, sidid } = parsed.data.rule;
  return `rule ${sidid} (level ${level}) ${comment.slice(0, 200)}`;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function failed(why: string): CheckResult {
  return { passed: false, why };
}
