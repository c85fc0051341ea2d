/** Where a refresh waits, as far as can be told from outside. Pure. */

import type { Group, Instance, Refresh } from '../model.ts';
import type { Look } from '../watch/model.ts';
import type { Stage } from './model.ts';

/** The instances of a group that come from what a refresh rolls out: in service and healthy. */
export function freshOf({ instances }: Group, { desired }: Refresh): Instance[] {
  return instances.filter(
    (one) => isFrom(one, desired) && one.lifecycle === 'InService' && one.health === 'Healthy',
  );
}

function isFrom({ launchTemplate }: Instance, desired: Refresh['desired']): boolean {
  const wanted = desired?.launchTemplate;
  return wanted?.id === launchTemplate?.id && wanted?.version === launchTemplate?.version;
}

/**
 * The stage that a look shows; undefined where the refresh is at work. AWS does not say that it waits at a
 * checkpoint: it does where enough instances are new for it, and none of them is still on its way.
 * `matched`: how many were new before the refresh began; undefined where nobody was there to see.
 */
export function stageOf(
  { refresh, group }: Look,
  { checkpoints, matched }: { readonly checkpoints: readonly number[]; readonly matched: number | undefined },
): Stage | undefined {
  if (refresh.status === 'Baking') return { kind: 'bake', percent: 100 };
  if (refresh.status !== 'InProgress' || refresh.instancesToUpdate === 0) return undefined;
  if (group.instances.some(({ lifecycle }) => lifecycle.startsWith('Pending'))) return undefined;
  const fresh = freshOf(group, refresh).length;
  const percent = checkpoints.findLast((one) => one < 100 && 100 * fresh >= one * group.desiredCapacity);
  if (percent === undefined || fresh <= (matched ?? 0)) return undefined;
  const launched = matched === undefined ? undefined : fresh - matched;
  return isWarm(refresh, launched) ? { kind: 'checkpoint', percent } : undefined;
}

/** The percentage counts an instance once it has warmed up: does it say so of all that were launched? */
function isWarm({ percentComplete, instancesToUpdate }: Refresh, launched: number | undefined): boolean {
  // Too early is better than never: checks are repeated.
  if (launched === undefined) return percentComplete > 0;
  // However AWS rounds it.
  return percentComplete >= Math.floor((100 * launched) / (launched + instancesToUpdate)) - 1;
}
