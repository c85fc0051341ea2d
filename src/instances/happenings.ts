/** What happened to groups in a period, and may be why their instances all said the same. */

import type { Happening, Period } from '../alerts/model.ts';
import type { Aws } from '../world/aws.ts';
import { MAINTENANCE } from './maintenance.ts';

/** A storm may come from what began before the period. */
const EARLIER_SECONDS = 3600;

/** Rollouts of the groups, and what was sent to instances by bake: pushes and maintenance. */
export async function happeningsOf(
  { rollouts, commands }: Pick<Aws, 'rollouts' | 'commands'>,
  groups: readonly string[],
  { from }: Period,
): Promise<Happening[]> {
  const since = from - EARLIER_SECONDS;
  const refreshes = await Promise.all(groups.map((group) => rolloutsOf(rollouts, group, since)));
  const sent = await commands.history('bake-', new Date(since * 1000));
  return [
    ...refreshes.flat(),
    ...sent.flatMap(({ document, comment, sentAtSeconds }): Happening[] => {
      const named = namedOf(document, comment);
      return named === undefined ? [] : [{ ...named, from: sentAtSeconds, to: undefined }];
    }),
  ].toSorted((a, b) => a.from - b.from);
}

/** By the document's name: `bake-push-FLEET`, `bake-maintenance`. To ask for a window's status changes nothing. */
function namedOf(document: string, comment: string): Pick<Happening, 'kind' | 'name'> | undefined {
  const [, fleet] = /^bake-push-(.+)$/.exec(document) ?? [];
  if (fleet !== undefined) return { kind: 'push', name: `of the ${fleet} fleet` };
  if (document !== MAINTENANCE || comment.endsWith('status')) return undefined;
  return { kind: 'maintenance', name: 'window' };
}

async function rolloutsOf(rollouts: Aws['rollouts'], group: string, since: number): Promise<Happening[]> {
  const refreshes = await rollouts.refreshes(group);
  return refreshes.flatMap(({ startedAtSeconds, endedAtSeconds, id }): Happening[] => {
    if (startedAtSeconds === undefined || (endedAtSeconds ?? startedAtSeconds) < since) return [];
    return [{ kind: 'rollout', name: `of ${group} (${id})`, from: startedAtSeconds, to: endedAtSeconds }];
  });
}
