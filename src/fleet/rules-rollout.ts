/** Rules on rollouts: what AWS would refuse of the settings of a role and the fleet together. Pure. */

import { checkProblems } from '../rollout/checks/problems.ts';
import { checkPreferences, type Preferences } from '../rollout/preferences.ts';
import { valueAt } from './document.ts';
import { type Finding, mistake, type Path, warning } from './finding.ts';
import { nearest } from './nearest.ts';
import { checksOf, preferencesOf, type RolloutFile } from './normalize-rollout.ts';
import { fleetRollout, rollout } from './schema-rollout.ts';
import { fieldsAt, keysIn, repeated, rolesOf, textsAt } from './tree.ts';

export const rolloutRules = [settingsFit, checkNamesOnce, canariesAreGroups];

const FLEET: Path = ['rollout'];

/** The key of the fleet file that a preference comes from; of the others the schema says what is wrong. */
const KEYS: Readonly<Partial<Record<keyof Preferences, string>>> = {
  maximumHealthyPercent: 'maximum_healthy',
  checkpointPercents: 'checkpoints',
  checkpointDelaySeconds: 'checkpoint_delay',
  alarms: 'alarms',
};

/** Each layer is checked with what it inherits, and a mistake is shown where its last part was written. */
function settingsFit(tree: unknown): Finding[] {
  const file = readFleet(tree);
  // What a role may still complete is no mistake of the fleet's.
  const own = file === undefined ? [] : preferenceMistakes(tree, FLEET, file);
  if (own.length > 0) return own;
  const inherited = file ?? {};
  const roles = rolesOf(tree);
  const ofFleet = file === undefined || roles.length > 0 ? [] : checkMistakes(tree, FLEET, file);
  return [
    ...ofFleet,
    ...roles.flatMap((role) => {
      const path = [...role, 'rollout'];
      const said = readRole(tree, path);
      if (said === undefined) return [];
      const merged = { ...inherited, ...said };
      const isSaid = keysIn(tree, path).length > 0;
      const mistakes = isSaid ? preferenceMistakes(tree, path, merged) : [];
      return [...mistakes, ...checkMistakes(tree, isSaid ? path : FLEET, merged)];
    }),
  ].filter(isFirst);
}

/** What is wrong with the fleet's is wrong for every role: that is said once. */
function isFirst(one: Finding, index: number, all: readonly Finding[]): boolean {
  const same = (other: Finding) =>
    other.problem === one.problem && JSON.stringify(other.path) === JSON.stringify(one.path);
  return all.findIndex(same) === index;
}

function preferenceMistakes(tree: unknown, path: Path, merged: RolloutFile): Finding[] {
  return checkPreferences(preferencesOf(merged)).flatMap(({ key, problem }) => {
    const name = KEYS[key];
    return name === undefined ? [] : [at(tree, path, name, `${name} ${problem}`)];
  });
}

function checkMistakes(tree: unknown, path: Path, merged: RolloutFile): Finding[] {
  return checkProblems(checksOf(merged), preferencesOf(merged)).map((problem) =>
    at(tree, path, merged.checks === undefined ? 'alert_check' : 'checks', problem),
  );
}

function at(tree: unknown, path: Path, key: string, problem: string): Finding {
  const isHere = valueAt(tree, [...path, key]) !== undefined;
  if (isHere)
    return mistake(
      [...path, key],
      problem,
      undefined,
      key === 'checks' || key === 'alert_check' ? { mark: 'key' } : {},
    );
  return mistake(path, problem, 'Correct it here, or what this inherits from the fleet', { mark: 'key' });
}

function checkNamesOnce(tree: unknown): Finding[] {
  const lists = [FLEET, ...rolesOf(tree).map((role) => [...role, 'rollout'])];
  return lists.flatMap((path) =>
    repeated(fieldsAt(tree, [...path, 'checks'], 'name'), (name) => name).map((entry) =>
      mistake(entry.path, `there are two checks ${entry.value}`, 'Give each a name of its own'),
    ),
  );
}

/** A misspelt canary would go with the rest, and nothing would go before it. */
function canariesAreGroups(tree: unknown): Finding[] {
  const roles = rolesOf(tree);
  const groups = roles.flatMap((role) => textsAt(tree, [...role, 'groups']).map(({ value }) => value));
  const canBeFound = roles.some((role) => keysIn(tree, [...role, 'group_tags']).length > 0);
  return textsAt(tree, [...FLEET, 'waves', 'canary']).flatMap(({ path, value }) => {
    if (groups.includes(value) || canBeFound) return [];
    const near = nearest(value, groups);
    const remedy =
      near === undefined ? 'Add it to the groups of its role, or remove it' : `Did you mean ${near}?`;
    return [warning(path, `no role has the group "${value}"`, remedy)];
  });
}

/** Undefined where it is not there, or where the schema finds it wrong. */
function readFleet(tree: unknown): RolloutFile | undefined {
  const parsed = fleetRollout.safeParse(valueAt(tree, FLEET) ?? {});
  if (!parsed.success) return undefined;
  const { waves: _, ...settings } = parsed.data;
  return settings;
}

function readRole(tree: unknown, path: Path): RolloutFile | undefined {
  const parsed = rollout.safeParse(valueAt(tree, path) ?? {});
  return parsed.success ? parsed.data : undefined;
}
