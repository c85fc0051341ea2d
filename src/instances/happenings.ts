/** What happened to groups in a period, and may be why their instances all said the same. */

import type { Happening, Period } from '../alerts/model.ts';
import type { Aws } from '../world/aws.ts';
import type { SentCommand } from '../world/ssm-model.ts';
import { MAINTENANCE } from './maintenance.ts';

/** A storm may come from what began before the period. */
const EARLIER_SECONDS = 3600;
/** No window is open for longer. */
const LONGEST_WINDOW_SECONDS = 4 * 3600;
const SAME_WINDOW_SECONDS = 60;
/** The waves of one push are not further apart. */
const SAME_PUSH_SECONDS = 1800;

export interface Concerned {
  readonly groups: readonly string[];
  readonly instanceIds: readonly string[];
}

/** Rollouts of the groups, and what bake sent to these instances: pushes and maintenance. */
export async function happeningsOf(
  { rollouts, commands }: Pick<Aws, 'rollouts' | 'commands'>,
  { groups, instanceIds }: Concerned,
  { from, to }: Period,
): Promise<Happening[]> {
  const since = from - EARLIER_SECONDS;
  const refreshes = await Promise.all(groups.map((group) => rolloutsOf(rollouts, group, since)));
  // A window that was begun before that may still be open.
  const all = await commands.history('bake-', new Date((from - LONGEST_WINDOW_SECONDS) * 1000));
  const own = new Set(instanceIds);
  const sent = all
    .filter((command) => command.instanceIds.some((id) => own.has(id)))
    .toSorted((a, b) => a.sentAtSeconds - b.sentAtSeconds);
  return [...refreshes.flat(), ...pushesOf(sent), ...windowsOf(sent, to)].toSorted((a, b) => a.from - b.from);
}

/** By the document's name, `bake-push-FLEET`. A push sends a command for each wave. */
function pushesOf(sent: readonly SentCommand[]): Happening[] {
  const pushes: Happening[] = [];
  for (const { document, sentAtSeconds } of sent) {
    const [, fleet] = /^bake-push-(.+)$/.exec(document) ?? [];
    if (fleet === undefined) continue;
    const name = `of the ${fleet} fleet`;
    const at = pushes.findLastIndex((push) => push.name === name);
    const last = pushes[at];
    const isSame = last?.to !== undefined && sentAtSeconds - last.to <= SAME_PUSH_SECONDS;
    if (isSame) pushes[at] = { ...last, to: sentAtSeconds };
    else pushes.push({ kind: 'push', name, from: sentAtSeconds, to: sentAtSeconds });
  }
  return pushes;
}

/** Beginnings, each with the end that follows it. To ask for a window's status changes nothing. */
function windowsOf(sent: readonly SentCommand[], now: number): Happening[] {
  const windows: Array<{ readonly from: number; to: number }> = [];
  for (const { document, comment, sentAtSeconds: at } of sent) {
    if (document !== MAINTENANCE || comment.endsWith('status')) continue;
    const last = windows.at(-1);
    const begins = comment.endsWith('begin');
    // A command reaches fifty instances: those for the others begin the same window.
    if (begins && last !== undefined && at - last.from <= SAME_WINDOW_SECONDS) continue;
    if (last !== undefined) last.to = Math.min(last.to, at);
    if (begins) windows.push({ from: at, to: at + LONGEST_WINDOW_SECONDS });
  }
  return windows.map(({ from, to }) => ({
    ...{ kind: 'maintenance', name: 'window', from },
    to: to > now ? undefined : to,
  }));
}

async function rolloutsOf(rollouts: Aws['rollouts'], group: string, since: number): Promise<Happening[]> {
  const refreshes = await rollouts.refreshes(group);
  return refreshes.flatMap(({ startedAtSeconds, endedAtSeconds, id }): Happening[] => {
    if (startedAtSeconds === undefined || (endedAtSeconds ?? startedAtSeconds) < since) return [];
    return [{ kind: 'rollout', name: `of ${group} (${id})`, from: startedAtSeconds, to: endedAtSeconds }];
  });
}
