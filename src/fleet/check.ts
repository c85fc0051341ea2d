/** Document and gathered files → {@link Fleet}, or everything that is wrong, each at its place. Pure. */

import type { InputFailure } from '../failure.ts';
import { checkOssec, frozenFor, type LockedOssec } from './check-ossec.ts';
import { checkContent } from './content.ts';
import { type FleetDocument, locationOf, rangeOf, variablesAt } from './document.ts';
import { explain, wordIssue } from './explain.ts';
import type { Finding, Path, Range } from './finding.ts';
import type { Fleet } from './model.ts';
import { normalize } from './normalize.ts';
import type { GatheredFiles } from './references.ts';
import { applyRules } from './rules.ts';
import { fleetFile } from './schema.ts';

export interface Checked {
  /** Present where there are no failures. */
  readonly fleet?: Fleet;
  readonly failures: readonly InputFailure[];
  readonly warnings: readonly InputFailure[];
}

/**
 * Checks a whole fleet file. `gathered` has an entry for each of the file's references;
 * `readingFindings` is what was found while the document was read, `frozen` what the lock says.
 */
export function checkFleet(
  document: FleetDocument,
  gathered: GatheredFiles,
  readingFindings: readonly Finding[] = [],
  frozen?: LockedOssec,
): Checked {
  const parsed = fleetFile.safeParse(document.tree, { error: wordIssue });
  const form = parsed.success ? [] : explain(parsed.error.issues, document);
  const ossec = checkOssec(document.tree, gathered, frozen);
  const more = [
    ...form,
    ...applyRules(document.tree),
    ...checkContent(document.tree, gathered),
    ...ossec.findings,
  ];
  const findings = [...readingFindings, ...more.filter(({ path }) => !isBroken(document, path))];
  const failures = [...report(document, findings, 'failure'), ...ossec.failures];
  const warnings = [...report(document, findings, 'warning'), ...ossec.warnings];
  if (failures.length > 0 || !parsed.success) return { failures, warnings };
  const fleet = normalize(parsed.data, gathered, frozenFor(document.tree, frozen));
  return { fleet, failures, warnings };
}

/** Nobody reads more in one go; the rest is counted. */
const MOST = 100;

function report(
  document: FleetDocument,
  findings: readonly Finding[],
  level: Finding['level'],
): InputFailure[] {
  const placed = findings
    .filter((finding) => finding.level === level)
    .map((finding) => ({ finding, range: rangeOf(document, finding) }))
    .sort((a, b) => a.range[0] - b.range[0]);
  const meant = onceEach(placed);
  const shown = meant.slice(0, MOST).map((one) => toFailure(document, one));
  if (meant.length <= MOST) return shown;
  return [...shown, { kind: 'input', problem: `${meant.length - MOST} more problems are not shown` }];
}

interface PlacedFinding {
  readonly finding: Finding;
  readonly range: Range;
}

/** What is wrong with a value that aliases repeat is said once. */
function onceEach(placed: readonly PlacedFinding[]): PlacedFinding[] {
  const seen = new Set<string>();
  return placed.filter(({ finding, range }) => {
    const identity = JSON.stringify([range, finding.problem]);
    const isFirst = !seen.has(identity);
    seen.add(identity);
    return isFirst;
  });
}

function isBroken(document: FleetDocument, path: Path): boolean {
  return document.broken.some((broken) => broken.every((step, index) => path[index] === step));
}

function toFailure(document: FleetDocument, { finding, range }: PlacedFinding): InputFailure {
  const remedy = [finding.remedy, originOf(document, finding)].filter((part) => part !== undefined);
  return {
    kind: 'input',
    at: locationOf(document.file, document.text, range),
    problem: shortened(finding.problem),
    ...(remedy.length === 0 ? {} : { remedy: shortened(remedy.join('. ')) }),
  };
}

/** What quotes the file's own text may be as long as the file. */
function shortened(text: string): string {
  return text.length <= LONGEST_WORDS ? text : `${text.slice(0, LONGEST_WORDS).toWellFormed()}…`;
}

const LONGEST_WORDS = 1000;

/** The line shows `${env:NAME}`, and what is wrong may be in the variable. Its value is not shown. */
function originOf(document: FleetDocument, { path, mark, range }: Finding): string | undefined {
  const variables = mark === 'key' || range !== undefined ? [] : variablesAt(document, path);
  return variables.length === 0 ? undefined : `The text comes from the environment: ${variables.join(', ')}`;
}
