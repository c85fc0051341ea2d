/** The words of `StatusReason`: AWS's where its documentation shows them, our own elsewhere. Pure. */

import { castOf, isReady } from '../../../../src/rollout/refresh/members.ts';
import type { Ending, RefreshState } from '../../../../src/rollout/refresh/state.ts';
import type { Group } from './model.ts';

/** Why a refresh ended, or is on its way back; undefined where neither. */
export function endingWords({ ending, status }: RefreshState): string | undefined {
  if (ending === undefined) return undefined;
  const back = status.startsWith('Rollback');
  return `${back ? 'Rolled back' : 'Ended'}: ${words(ending)}`;
}

function words(ending: Ending): string {
  switch (ending.kind) {
    case 'asked':
      return 'requested by the user.';
    case 'alarm':
      return `the CloudWatch alarm ${ending.alarm} went into ALARM.`;
    case 'too long':
      return 'it took 14 days.';
    case 'requirements':
      return 'the group has instance requirements.';
    case 'trouble':
      return `no progress for an hour: ${ending.trouble}.`;
  }
}

/** What a refresh waits for; undefined where it does not. */
export function waitingWords(group: Group, refresh: RefreshState, nowSeconds: number): string | undefined {
  if (refresh.endedAtSeconds !== undefined) return undefined;
  const idOf = (name: string | undefined) => group.launched.get(name ?? '')?.instanceId ?? 'one';
  const { fresh, waiting } = castOf(group.machine, refresh, nowSeconds);
  if (refresh.pausedUntilSeconds !== undefined) {
    return `Waiting at a checkpoint until ${new Date(refresh.pausedUntilSeconds * 1000).toISOString()}.`;
  }
  const unready = fresh.find((member) => !isReady(member, nowSeconds));
  if (unready !== undefined) {
    return unready.state === 'Pending'
      ? `Waiting for remaining instances to be available. For example: ${idOf(unready.id)} has insufficient data to evaluate its health with Amazon EC2.`
      : `Waiting for instances to warm up before continuing. For example: ${idOf(unready.id)} is warming up.`;
  }
  const [blocked] = waiting;
  if (refresh.trouble === undefined || blocked === undefined) return undefined;
  return blocked.state === 'Standby'
    ? `Waiting for remaining instances to be available. For example: ${idOf(blocked.id)} is in standby.`
    : `Waiting for remaining instances to be available. For example: ${idOf(blocked.id)} is protected. Remove instance scale-in protection to continue.`;
}
