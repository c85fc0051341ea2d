/** A prepared rollout for people. Pure; every text that AWS or others wrote is quoted for a terminal. */

import { quoteTerminal } from '../report/terminal-text.ts';
import { describePrediction } from './predict/describe.ts';
import type { Finding } from './preflight/facts.ts';
import type { Prepared } from './run/prepare.ts';

const MARK: Readonly<Record<Finding['level'], string>> = { stop: '✖', warning: '!', note: '·' };

const VERDICT: Readonly<Record<Prepared['preflight']['verdict'], string>> = {
  start: 'nothing stands in its way',
  attach: 'a refresh with this image is under way',
  nothing: 'there is nothing to do',
  stop: 'it cannot start like this',
};

/** The findings, what becomes different in the launch template, and the prediction. */
export function describePrepared({ group, wanted, preflight, change }: Prepared): string[] {
  const isStopped = preflight.verdict === 'stop';
  return [
    quoteTerminal(`${group.name} to ${wanted.imageId}: ${VERDICT[preflight.verdict]}`),
    ...preflight.findings.flatMap(describeFinding),
    ...(change === undefined || preflight.verdict === 'attach' ? [] : describeChange(change)),
    ...(change === undefined || isStopped || preflight.verdict !== 'start'
      ? []
      : ['', ...describePrediction(group.name, change.prediction)]),
  ];
}

export function describeFinding({ level, problem, remedy }: Finding): string[] {
  return [`  ${MARK[level]} ${quoteTerminal(problem)}`, `    → ${quoteTerminal(remedy)}`];
}

function describeChange({ version, current, differences }: NonNullable<Prepared['change']>): string[] {
  if (differences.length === 0) return [];
  const { name, id, version: number } = current.launchTemplate;
  const made = version.kind === 'use' ? `version ${version.number}, which is there` : 'a new version';
  return [
    quoteTerminal(`  launch template ${name || id}: ${made}, from version ${number}`),
    ...differences.flatMap(({ key, before, after }) => [
      quoteTerminal(`    - ${key}: ${before}`),
      quoteTerminal(`    + ${key}: ${after}`),
    ]),
  ];
}
