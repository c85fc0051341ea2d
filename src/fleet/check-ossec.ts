/** The OSSEC layer against OSSEC's own rules: `bake.lock`, the user's rules, their tests, the alert list. Pure. */

import type { InputFailure } from '../failure.ts';
import { alertProblem } from '../ossec/alert-list.ts';
import { withOwnRules } from '../ossec/effective-rules.ts';
import { knownBad } from '../ossec/known-bad.ts';
import { checkLocalRules, type LocalRules } from '../ossec/local-rules.ts';
import type { FrozenOssec, RuleIndex } from '../ossec/model.ts';
import { readRuleTests } from '../ossec/rule-tests.ts';
import { valueAt } from './document.ts';
import { ruleId, ruleName } from './fields-ossec.ts';
import { type Finding, mistake, type Path, warning } from './finding.ts';
import { type GatheredFiles, namedText } from './references.ts';
import { alertEntries, keysIn, ossecLayersOf, textAt } from './tree.ts';

export interface OssecChecked {
  /** In the fleet file. */
  readonly findings: readonly Finding[];
  /** In the files that it names. */
  readonly failures: readonly InputFailure[];
  readonly warnings: readonly InputFailure[];
}

const FREEZE = 'Run `bake ossec freeze`: it makes the tarball and writes bake.lock';

/** What the lock beside the fleet file says; undefined where there is none. */
export type LockedOssec = FrozenOssec | 'unreadable' | undefined;

export function checkOssec(tree: unknown, gathered: GatheredFiles, frozen: LockedOssec): OssecChecked {
  const rules = frozenFor(tree, frozen)?.rules;
  const images = imagesOf(tree).map((layers) => localRulesOf(tree, gathered, layers, rules));
  const tests = ossecLayersOf(tree).flatMap((layer) => {
    const file = namedText(gathered, textAt(tree, [...layer, 'rule_tests']));
    return file === undefined ? [] : readRuleTests(file).failures;
  });
  return {
    findings: [
      ...lockFindings(tree, frozen),
      ...images.flatMap(({ own, rules: all }) => alertFindings(tree, own, all, rules !== undefined)),
    ],
    failures: onceEach([...images.flatMap(({ failures }) => failures), ...tests]),
    warnings: onceEach(images.flatMap(({ warnings }) => warnings)),
  };
}

/** The lock counts for the tarball that the fleet file names; the stand-in's for a fleet that names none. */
export function frozenFor(tree: unknown, frozen: LockedOssec): FrozenOssec | undefined {
  if (frozen === 'unreadable') return undefined;
  const sha256 = textAt(tree, ['ossec', 'sha256']);
  if (sha256 === undefined) return frozen?.standIn === true ? frozen : undefined;
  return frozen?.sha256 === sha256 ? frozen : undefined;
}

function lockFindings(tree: unknown, frozen: LockedOssec): Finding[] {
  if (frozen === 'unreadable') return [];
  const sha256 = textAt(tree, ['ossec', 'sha256']);
  if (textAt(tree, ['ossec', 'tarball']) === undefined || sha256 === undefined) return [];
  const path = ['ossec', 'sha256'];
  if (frozen === undefined) return [mistake(path, 'there is no bake.lock for this tarball', FREEZE)];
  if (frozen.sha256 !== sha256) {
    const problem = `bake.lock is of another tarball: ${frozen.version}, ${frozen.sha256.slice(0, 12)}…`;
    return [mistake(path, problem, `${FREEZE}, and prints what belongs here`)];
  }
  const bad = knownBad(frozen);
  return bad === undefined ? [] : [warning(path, bad.problem, bad.remedy)];
}

/** The layers of each image: the fleet's, and for a role's image the role's on top. */
function imagesOf(tree: unknown): Path[][] {
  const [fleet = [], ...roles] = ossecLayersOf(tree);
  // The others have the rules of base, and no list of their own that these would judge.
  const withRules = roles.filter((role) => keysIn(tree, role).some((key) => JUDGED.has(key)));
  return [[fleet], ...withRules.map((role) => [fleet, role])];
}

const JUDGED: ReadonlySet<string> = new Set(['alert_rules_list', 'local_rules']);

interface ImageRules extends LocalRules {
  /** The layer whose own list is judged by these rules. */
  readonly own: Path;
}

function localRulesOf(
  tree: unknown,
  gathered: GatheredFiles,
  layers: readonly Path[],
  known: RuleIndex | undefined,
): ImageRules {
  const localRules = layers.flatMap(
    (layer) => namedText(gathered, textAt(tree, [...layer, 'local_rules'])) ?? [],
  );
  return { own: layers.at(-1) ?? [], ...checkLocalRules(localRules, known) };
}

function alertFindings(tree: unknown, layer: Path, rules: RuleIndex, isWhole: boolean): Finding[] {
  const entries = alertEntries(tree, layer);
  if (entries.length === 0) return [];
  const alertLevel = alertLevelOf(tree);
  const all = withOwnRules(rules, { alertLevel, firstBoot: [] });
  return entries.flatMap(({ path, value }) => {
    const entry = ruleId.safeParse(value).data ?? ruleName.safeParse(value).data;
    // What is neither an id nor a name is refused for its form.
    if (entry === undefined) return [];
    const found = alertProblem(entry, { rules: all, isWhole }, alertLevel);
    return found === undefined ? [] : [mistake(path, found.problem, found.remedy)];
  });
}

/** As the schema has it where the file says nothing, or nothing that makes sense. */
function alertLevelOf(tree: unknown): number {
  const level = valueAt(tree, ['ossec', 'alert_level']);
  return typeof level === 'number' ? level : 3;
}

/** Every image repeats what is wrong in the fleet's own files. */
function onceEach(failures: readonly InputFailure[]): InputFailure[] {
  return [...new Map(failures.map((failure) => [JSON.stringify(failure), failure])).values()];
}
