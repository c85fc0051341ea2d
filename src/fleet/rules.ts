/** What a fleet file must fulfil beyond the form of each value. Pure. */

import { valueAt } from './document.ts';
import { type Finding, mistake, type Path } from './finding.ts';
import { nearest } from './nearest.ts';
import { isPrivateKey, PRIVATE_KEY_REMEDY } from './private-key.ts';
import { imageRules } from './rules-images.ts';
import { layerRules } from './rules-layer.ts';
import { ossecRules } from './rules-ossec.ts';
import { packageRules } from './rules-packages.ts';
import { rolloutRules } from './rules-rollout.ts';
import { sshRules } from './rules-ssh.ts';
import { verifyRules } from './rules-verify.ts';
import {
  allTexts,
  entriesAt,
  keyListsOf,
  keysIn,
  layersOf,
  ossecLayersOf,
  rolesOf,
  textsAt,
} from './tree.ts';

/** AWS allows 50 tags on a resource; the others are bake's own. */
export const MOST_TAGS = 35;

/** Applies every rule to a file that may have other mistakes. */
export function applyRules(tree: unknown): Finding[] {
  return RULES.flatMap((rule) => rule(tree));
}

const RULES: readonly ((tree: unknown) => Finding[])[] = [
  oneSource,
  oneOfFileAndGlob,
  oneOfContentAndSource,
  oneOfHookUrls,
  tagsWithinLimit,
  groupInOneRole,
  noPrivateKey,
  ...layerRules,
  ...packageRules,
  ...sshRules,
  ...ossecRules,
  ...imageRules,
  ...rolloutRules,
  ...verifyRules,
];

function oneSource(tree: unknown): Finding[] {
  return exactlyOne(tree, ['source'], ['ami', 'filter', 'ssm_parameter']);
}

function oneOfFileAndGlob(tree: unknown): Finding[] {
  const entries = keyListsOf(tree).flatMap((list) => entriesAt(tree, list));
  return entries.flatMap(({ path }) => exactlyOne(tree, path, ['file', 'glob']));
}

function oneOfContentAndSource(tree: unknown): Finding[] {
  const files = layersOf(tree).flatMap((layer) => entriesAt(tree, [...layer, 'files']));
  return files.flatMap(({ path }) => exactlyOne(tree, path, ['content', 'source']));
}

function oneOfHookUrls(tree: unknown): Finding[] {
  const kinds = ['ssm_parameter', 'secrets_manager', 'bake_into_image'];
  const entries = ossecLayersOf(tree).flatMap((layer) => entriesAt(tree, [...layer, 'alert_rules_list']));
  const hooks = [['ossec', 'slack_ossec_url'], ...entries.map(({ path }) => [...path, 'hook_url'])];
  return hooks.flatMap((path) => exactlyOne(tree, path, kinds));
}

function exactlyOne(tree: unknown, path: Path, keys: readonly string[]): Finding[] {
  const value = valueAt(tree, path);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const given = keysIn(tree, path).filter((key) => keys.includes(key));
  const choice = `${keys.slice(0, -1).join(', ')} or ${keys.at(-1)}`;
  if (given.length === 0) {
    // A misspelt key is reported as such.
    const isMisspelt = keysIn(tree, path).some((key) => nearest(key, keys) !== undefined);
    return isMisspelt ? [] : [mistake(path, `one of ${choice} is missing`, 'Add exactly one of them')];
  }
  return given.slice(1).map((key) => {
    const problem = `${key} cannot stand beside ${given[0]}`;
    return mistake([...path, key], problem, `Keep one of ${choice}`, { mark: 'key' });
  });
}

function tagsWithinLimit(tree: unknown): Finding[] {
  const ofFleet = keysIn(tree, ['tags']);
  const lists = [['tags'], ...rolesOf(tree).map((role) => [...role, 'tags'])];
  return lists.flatMap((path) => {
    const all = new Set([...ofFleet, ...keysIn(tree, path)]);
    if (all.size <= MOST_TAGS || keysIn(tree, path).length === 0) return [];
    const problem = `${all.size} tags are more than ${MOST_TAGS}, which leave room for bake's own`;
    return [mistake(path, problem, 'AWS allows 50 tags on a resource: remove some', { mark: 'key' })];
  });
}

/** A group runs one image: two roles that roll onto it would undo each other. */
function groupInOneRole(tree: unknown): Finding[] {
  const first = new Map<string, string>();
  return rolesOf(tree).flatMap((role) =>
    textsAt(tree, [...role, 'groups']).flatMap(({ path, value }) => {
      const other = first.get(value);
      const mine = String(role[1]);
      first.set(value, other ?? mine);
      if (other === undefined) return [];
      const problem = `the group "${value}" is listed ${other === mine ? 'twice' : `by role ${other} too`}`;
      return [mistake(path, problem, 'A group rolls onto the images of one role: remove one of them')];
    }),
  );
}

function noPrivateKey(tree: unknown): Finding[] {
  return [...allTexts(tree)].flatMap(({ path, value }) =>
    isPrivateKey(value) ? [mistake(path, 'this is a private key', PRIVATE_KEY_REMEDY)] : [],
  );
}
