/** Rules on the OSSEC layer that need no knowledge of OSSEC's own rules. Pure. */

import { valueAt } from './document.ts';
import { type Finding, mistake, type Path, warning } from './finding.ts';
import {
  alertEntries,
  type Entry,
  entriesAt,
  fieldsAt,
  keysIn,
  ossecLayersOf,
  repeated,
  rolesOf,
  textAt,
  textsAt,
} from './tree.ts';

export const ossecRules = [
  tarballWithDigest,
  alertHasHook,
  nothingTwice,
  singleFailedLogins,
  watchedAndIgnored,
];

function tarballWithDigest(tree: unknown): Finding[] {
  const given = keysIn(tree, ['ossec']);
  if (given.includes('tarball') && !given.includes('sha256')) {
    const remedy = 'Add sha256: the output of sha256sum for the tarball';
    return [mistake(['ossec', 'tarball'], 'the tarball needs its sha256', remedy, { mark: 'key' })];
  }
  if (given.includes('sha256') && !given.includes('tarball')) {
    const remedy = 'Add tarball: s3://BUCKET/KEY, https://HOST/PATH or a path';
    return [mistake(['ossec', 'sha256'], 'sha256 has no tarball to check', remedy, { mark: 'key' })];
  }
  return [];
}

/** Without a hook, an entry would notify nobody. */
function alertHasHook(tree: unknown): Finding[] {
  if (valueAt(tree, ['ossec', 'slack_ossec_url']) !== undefined) return [];
  return alertsOf(tree).flatMap(({ path }) => {
    if (valueAt(tree, [...path, 'hook_url']) !== undefined) return [];
    const remedy = 'Add ossec.slack_ossec_url: { ssm_parameter: /shop/ossec/slack }, or a hook_url here';
    return [mistake(path, 'this alert has no hook to go to', remedy)];
  });
}

function nothingTwice(tree: unknown): Finding[] {
  return ossecLayersOf(tree).flatMap((layer) => {
    const rules = ruleEntries(tree, layer);
    const folders = folderEntries(tree, layer);
    const logs = fieldsAt(tree, [...layer, 'logs'], 'file');
    return [...twice(rules, 'rule'), ...twice(folders, 'folder'), ...twice(logs, 'log')];
  });
}

function twice(entries: readonly Entry<string>[], what: string): Finding[] {
  return repeated(entries, (value) => value).map(({ path, value }) =>
    mistake(path, `the ${what} ${value} is listed twice`, 'Remove one of them'),
  );
}

/** Scanners try passwords all day: whoever posts each try reads none of the posts. */
function singleFailedLogins(tree: unknown): Finding[] {
  const facing = rolesOf(tree).filter((role) => valueAt(tree, [...role, 'internet_facing']) === true);
  if (facing.length === 0) return [];
  const names = facing.map((role) => String(role[1])).join(', ');
  const lists: { readonly layer: Path; readonly who: string }[] = [
    { layer: ['ossec'], who: names },
    ...facing.map((role) => ({ layer: [...role, 'ossec'], who: String(role[1]) })),
  ];
  return lists.flatMap(({ layer, who }) =>
    ruleEntries(tree, layer)
      .filter(({ value }) => value === '5710')
      .map(({ path }) => {
        const problem = `rule 5710 alerts on every login of an unknown user, and scanners try them all day on what is internet_facing: ${who}`;
        return warning(path, problem, 'Use sshd-bruteforce: repeated failures from one address');
      }),
  );
}

function watchedAndIgnored(tree: unknown): Finding[] {
  const ignored = ossecLayersOf(tree).flatMap((layer) => textsAt(tree, [...layer, 'syscheck', 'ignore']));
  const folders = ossecLayersOf(tree).flatMap((layer) => folderEntries(tree, layer));
  return folders.flatMap(({ path, value }) => {
    // OSSEC compares the beginning of a path, without regard to case.
    const by = ignored.find((entry) => value.toLowerCase().startsWith(entry.value.toLowerCase()));
    if (by === undefined) return [];
    return [mistake(path, `${value} is watched and ignored: ignore has ${by.value}`, 'Remove one of them')];
  });
}

function alertsOf(tree: unknown): Entry<unknown>[] {
  return ossecLayersOf(tree).flatMap((layer) => entriesAt(tree, [...layer, 'alert_rules_list']));
}

/** The rules that a layer lists, as they are written. */
function ruleEntries(tree: unknown, layer: Path): Entry<string>[] {
  return alertEntries(tree, layer).map(({ path, value }) => ({ path, value: String(value) }));
}

function folderEntries(tree: unknown, layer: Path): Entry<string>[] {
  return entriesAt(tree, [...layer, 'syscheck', 'folders']).flatMap(({ path, value }) =>
    typeof value === 'string' ? [{ path, value }] : entryOf(tree, [...path, 'path']),
  );
}

function entryOf(tree: unknown, path: Path): Entry<string>[] {
  const value = textAt(tree, path);
  return value === undefined ? [] : [{ path, value }];
}
