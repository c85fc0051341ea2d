/** What happened to groups in a period, and may be why their instances all said the same. */

import type { Happening, Period } from '../alerts/model.ts';
import type { Aws } from '../world/aws.ts';

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
      const kind = kindOf(document);
      if (kind === undefined) return [];
      return [{ kind, name: comment || document, from: sentAtSeconds, to: undefined }];
    }),
  ].toSorted((a, b) => a.from - b.from);
}

/** By the document's name: `bake-push-FLEET`, `bake-maintenance…`. */
function kindOf(document: string): 'push' | 'maintenance' | undefined {
  if (document.startsWith('bake-push')) return 'push';
  return document.startsWith('bake-maintenance') ? 'maintenance' : undefined;
}

async function rolloutsOf(rollouts: Aws['rollouts'], group: string, since: number): Promise<Happening[]> {
  const refreshes = await rollouts.refreshes(group);
  return refreshes.flatMap(({ startedAtSeconds, endedAtSeconds, id }): Happening[] => {
    if (startedAtSeconds === undefined || (endedAtSeconds ?? startedAtSeconds) < since) return [];
    return [{ kind: 'rollout', name: `${group} ${id}`, from: startedAtSeconds, to: endedAtSeconds }];
  });
}
