/** What the fleet's own checks of images must fulfil. Pure. */

import { type Finding, mistake } from './finding.ts';
import { fieldsAt, repeated, rolesOf } from './tree.ts';

export const verifyRules: readonly ((tree: unknown) => Finding[])[] = [uniqueNames];

/** A role has its own checks and the fleet's. */
function uniqueNames(tree: unknown): Finding[] {
  const ofFleet = fieldsAt(tree, ['verify', 'checks'], 'name');
  const ofRoles = rolesOf(tree).map((role) => fieldsAt(tree, [...role, 'verify', 'checks'], 'name'));
  const twice = [[], ...ofRoles].flatMap((own) => repeated([...ofFleet, ...own], (name) => name));
  return [...new Map(twice.map((entry) => [entry.path.join('.'), entry])).values()].map(({ path, value }) =>
    mistake(path, `there is another check named ${value}`, 'Give each its own name'),
  );
}
