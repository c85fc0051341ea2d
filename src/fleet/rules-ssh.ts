/** Rules on how SSH reaches the builder, and as whom. Pure. */

import { valueAt } from './document.ts';
import { type Finding, mistake, warning } from './finding.ts';
import { entriesAt, layersOf, textAt } from './tree.ts';

const SSH = ['builder', 'ssh'] as const;

export const sshRules = [noSourceForSessionManager, sessionManagerNeeds, rangesForPrivate, keysOfSshUser];

function noSourceForSessionManager(tree: unknown): Finding[] {
  if (!isVia(tree, 'session_manager') || valueAt(tree, [...SSH, 'from']) === undefined) return [];
  const remedy = 'Remove "from": a session needs no open port';
  return [mistake([...SSH, 'from'], 'from says nothing with via: session_manager', remedy, { mark: 'key' })];
}

function sessionManagerNeeds(tree: unknown): Finding[] {
  if (!isVia(tree, 'session_manager')) return [];
  const agent = warning(
    [...SSH, 'via'],
    "session_manager works only if the source image has the SSM agent, which Debian's lacks",
    'Choose a source image that has it, or public_address or private_address',
  );
  if (valueAt(tree, ['builder', 'instance_profile']) !== undefined) return [agent];
  const remedy = 'Add builder.instance_profile: a profile with the policy AmazonSSMManagedInstanceCore';
  return [agent, mistake([...SSH, 'via'], 'session_manager needs an instance_profile', remedy)];
}

/** The address that the internet sees of this machine is not the one that a private network sees. */
function rangesForPrivate(tree: unknown): Finding[] {
  if (!isVia(tree, 'private_address')) return [];
  const from = valueAt(tree, [...SSH, 'from']);
  if (from !== undefined && from !== 'my_address') return [];
  const path = from === undefined ? [...SSH, 'via'] : [...SSH, 'from'];
  const problem = 'private_address needs the ranges that you bake from';
  return [
    mistake(path, problem, 'Write from: [10.0.0.0/16], with your network: my_address is a public address'),
  ];
}

/** One file of keys has one owner. */
function keysOfSshUser(tree: unknown): Finding[] {
  const sshUser = textAt(tree, [...SSH, 'user']) ?? 'admin';
  const users = layersOf(tree).flatMap((layer) => entriesAt(tree, [...layer, 'users']));
  return users.flatMap(({ path }) => {
    const hasKeys = entriesAt(tree, [...path, 'authorized_keys']).length > 0;
    if (textAt(tree, [...path, 'name']) !== sshUser || !hasKeys) return [];
    const problem = `${sshUser} is the builder's SSH user, whose keys are base.authorized_keys`;
    return [mistake([...path, 'authorized_keys'], problem, 'Move the keys there', { mark: 'key' })];
  });
}

function isVia(tree: unknown, via: string): boolean {
  return valueAt(tree, [...SSH, 'via']) === via;
}
