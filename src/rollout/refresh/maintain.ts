/**
 * The group's own work, with and without a refresh: it replaces what is unhealthy and keeps to its capacity,
 * which a refresh may exceed for a while. Pure.
 *
 * - [overview] Unhealthy instances are terminated and replaced. [maintenance-policy] By default the two happen
 *   together. [standby] Instances in standby aren't checked, [protection] and protected ones are replaced too.
 * - [concepts] What is launched while a refresh is active comes from its desired configuration.
 */

import { type Change, terminate, then } from './change.ts';
import { activeRefresh, castOf, currentConfiguration, isRunning } from './members.ts';
import type { Member, State } from './state.ts';

/** Names the instance that is launched at a position in the order of launches. */
export type NewId = (sequence: number) => string;

/** What the group does of itself now. */
export function maintain(change: Change, nowSeconds: number, newId: NewId): Change {
  const healthy = replaceUnhealthy(change);
  const running = healthy.state.members.filter(isRunning).length;
  const wanted = healthy.state.desiredCapacity + (activeRefresh(healthy.state)?.surge ?? 0);
  if (running < wanted) return launch(healthy, wanted - running, nowSeconds, newId);
  return running > wanted ? scaleIn(healthy, running - wanted, nowSeconds) : healthy;
}

function replaceUnhealthy(change: Change): Change {
  const unhealthy = change.state.members.filter(
    ({ state, health }) => state === 'InService' && health === 'Unhealthy',
  );
  return unhealthy.reduce((changed, { id }) => terminate(changed, id, 'unhealthy'), change);
}

function launch(change: Change, count: number, nowSeconds: number, newId: NewId): Change {
  // A cancelled refresh waits for what is under way: what began now would keep it waiting. [cancel]
  if (change.state.refresh?.status === 'Cancelling') return change;
  if (nowSeconds < change.state.launchRetryAtSeconds) return change;
  let launched = change;
  for (let left = count; left > 0; left--) launched = launchOne(launched, newId);
  return launched;
}

function launchOne(change: Change, newId: NewId): Change {
  const { state } = change;
  const configuration = currentConfiguration(state);
  const member: Member = {
    id: newId(state.nextSequence),
    sequence: state.nextSequence,
    state: 'Pending',
    health: 'Healthy',
    scaleInProtected: state.newInstancesProtected,
    instanceType: configuration.mixed?.overrides[0]?.instanceType,
    launchTemplate: configuration.launchTemplate,
    warmAtSeconds: undefined,
  };
  return then(
    change,
    { kind: 'launch', instance: member.id, configuration },
    { members: [...state.members, member], nextSequence: state.nextSequence + 1 },
  );
}

/** Launches that are under way when a refresh is cancelled come through first. [cancel] */
function scaleIn(change: Change, count: number, nowSeconds: number): Change {
  const { state } = change;
  const isCancelling = state.refresh?.status === 'Cancelling';
  if (isCancelling && state.members.some((member) => member.state === 'Pending')) return change;
  return surplusOrder(state, nowSeconds)
    .slice(0, count)
    .reduce((changed, { id }) => terminate(changed, id, 'capacity'), change);
}

/** What a refresh would replace goes first, then the instances in the order of their launch. */
function surplusOrder(state: State, nowSeconds: number): Member[] {
  const refresh = activeRefresh(state);
  const first = refresh === undefined ? [] : castOf(state, refresh, nowSeconds).replaceable;
  const rest = state.members.filter((member) => isRunning(member) && !first.includes(member));
  return [...first, ...rest].filter(({ scaleInProtected }) => !scaleInProtected);
}
