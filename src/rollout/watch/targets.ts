/** What load balancers say of the instances that a refresh launches. Pure. */

import type { Group, Instance, Refresh } from '../model.ts';
import type { News, TargetHealth } from './model.ts';

/** The instances that came with a refresh, or come back with its rollback, and are to take traffic. */
export function newcomersOf({ instances, configuration }: Group, { status, desired }: Refresh): Instance[] {
  const launched = status === 'RollbackInProgress' ? configuration : (desired ?? configuration);
  const { id, version } = launched?.launchTemplate ?? {};
  return instances.filter(
    ({ lifecycle, launchTemplate }) =>
      launchTemplate?.id === id &&
      launchTemplate?.version === version &&
      (lifecycle === 'InService' || lifecycle.startsWith('Pending')),
  );
}

/**
 * Which of them do not take traffic, and why, once for each reason: `i-… is not healthy in web-tg: Health checks
 * failed with these codes: [502]`. That all is well is only said of one that was sick.
 */
export function targetNews(before: readonly TargetHealth[], now: readonly TargetHealth[]): News[] {
  const known = new Map(before.map((one) => [keyOf(one), one]));
  const changed = now.filter((one) => {
    const was = known.get(keyOf(one));
    if (one.state === 'healthy') return was?.state === 'unhealthy';
    return WORDS.has(one.state) && (was === undefined || wordsOf(was) !== wordsOf(one));
  });
  return [...Map.groupBy(changed, wordsOf)].map(([words, targets]) => ({
    level: targets.some(({ state }) => state === 'unhealthy') ? 'warning' : 'info',
    text: `${named(targets)} ${targets.length === 1 ? 'is' : 'are'} ${words}`,
  }));
}

/** One that drains is on its way out, and where health checks are off nothing is known. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['healthy', 'healthy'],
  ['initial', 'not yet healthy'],
  ['unused', 'not used'],
  ['unhealthy', 'not healthy'],
]);

function wordsOf({ targetGroup, state, reason, description }: TargetHealth): string {
  const why = description === '' ? reason : description;
  return `${WORDS.get(state) ?? state} in ${targetGroup}${why === '' ? '' : `: ${why}`}`;
}

function keyOf({ targetGroup, instanceId }: TargetHealth): string {
  return `${targetGroup} ${instanceId}`;
}

/** A batch may be a hundred instances, all sick of the same. */
const NAMED = 5;

function named(targets: readonly TargetHealth[]): string {
  const ids = targets.map(({ instanceId }) => instanceId);
  const more = ids.length - NAMED;
  return more > 0 ? `${ids.slice(0, NAMED).join(', ')} and ${more} more` : ids.join(', ');
}
