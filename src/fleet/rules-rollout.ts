/** Rules on rollouts: what AWS would refuse of the settings of a role and the fleet together. Pure. */

import { checkPreferences, type Preferences } from '../rollout/preferences.ts';
import { valueAt } from './document.ts';
import { type Finding, mistake, type Path } from './finding.ts';
import { preferencesOf, type RolloutFile } from './normalize-rollout.ts';
import { rollout } from './schema-rollout.ts';
import { keysIn, rolesOf } from './tree.ts';

export const rolloutRules = [settingsFit];

/** The key of the fleet file that a preference comes from; of the others the schema says what is wrong. */
const KEYS: Readonly<Partial<Record<keyof Preferences, string>>> = {
  maximumHealthyPercent: 'maximum_healthy',
  checkpointPercents: 'checkpoints',
  checkpointDelaySeconds: 'checkpoint_delay',
  alarms: 'alarms',
};

/** Each layer is checked with what it inherits, and a mistake is shown where its last part was written. */
function settingsFit(tree: unknown): Finding[] {
  const fleet: Path = ['rollout'];
  const own = problemsOf(tree, fleet, {});
  if (own.length > 0) return own;
  const inherited = readAt(tree, fleet) ?? {};
  return rolesOf(tree).flatMap((role) => problemsOf(tree, [...role, 'rollout'], inherited));
}

function problemsOf(tree: unknown, path: Path, inherited: RolloutFile): Finding[] {
  const file = keysIn(tree, path).length === 0 ? undefined : readAt(tree, path);
  if (file === undefined) return [];
  return checkPreferences(preferencesOf({ ...inherited, ...file })).flatMap(({ key, problem }) => {
    const name = KEYS[key];
    if (name === undefined) return [];
    const isHere = valueAt(tree, [...path, name]) !== undefined;
    return [
      mistake(
        isHere ? [...path, name] : path,
        `${name} ${problem}`,
        isHere ? undefined : 'Correct it here, or what this inherits from the fleet',
        isHere ? {} : { mark: 'key' },
      ),
    ];
  });
}

/** Undefined where it is not there, or where the schema finds it wrong. */
function readAt(tree: unknown, path: Path): RolloutFile | undefined {
  const parsed = rollout.safeParse(valueAt(tree, path) ?? {});
  return parsed.success ? parsed.data : undefined;
}
