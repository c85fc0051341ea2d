/** What an event changes by itself: in the instances, and in what the refresh has to put up with. Pure. */

import { type Change, unchanged, withMember, without, withRefresh, withState } from './change.ts';
import { reopen } from './checkpoints.ts';
import { activeRefresh } from './members.ts';
import type { Event, Member, State, Trouble } from './state.ts';

/** After a launch that failed, the next one waits for so long. AWS does not say; it repeats them too. */
const LAUNCH_RETRY_SECONDS = 60;

export type InstanceEvent = Exclude<Event, { kind: 'start' | 'cancel' | 'rollback' }>;

/** The state after something has happened to an instance, an alarm or the capacity. */
export function happened(state: State, event: InstanceEvent, nowSeconds: number): Change {
  switch (event.kind) {
    case 'tick':
      return unchanged(state);
    case 'alarm':
      return unchanged({ ...state, alarms: { ...state.alarms, [event.name]: event.state } });
    case 'capacity':
      return reopen(unchanged({ ...state, desiredCapacity: event.desired }), nowSeconds);
    default:
      return toMember(state, event, nowSeconds);
  }
}

type MemberEvent = Extract<InstanceEvent, { instance: string }>;

/** Events about instances that have gone meanwhile say nothing. */
function toMember(state: State, event: MemberEvent, nowSeconds: number): Change {
  const member = state.members.find(({ id }) => id === event.instance);
  if (member === undefined) return unchanged(state);
  const { id } = member;
  switch (event.kind) {
    case 'launched':
      return unchanged(
        withMember(state, id, { launchTemplate: event.launchTemplate, instanceType: event.instanceType }),
      );
    case 'in service':
      return unchanged(member.state === 'Pending' ? inService(state, id, nowSeconds) : state);
    case 'launch failed':
      return launchFailed(state, member, nowSeconds);
    case 'terminated':
      return gone(state, member, nowSeconds);
    case 'health':
      return healthChanged(state, member, event.health, nowSeconds);
    case 'protection':
      return unchanged(withMember(state, id, { scaleInProtected: event.isOn }));
    case 'standby':
      return unchanged({ ...standby(state, member, event.isOn), desiredCapacity: event.desiredCapacity });
  }
}

/** [concepts] The warmup begins when an instance enters service. */
function inService(state: State, id: string, nowSeconds: number): State {
  const warmup = activeRefresh(state)?.preferences.warmupSeconds ?? state.warmupSeconds;
  return withMember(state, id, { state: 'InService', warmAtSeconds: nowSeconds + warmup });
}

function launchFailed(state: State, member: Member, nowSeconds: number): Change {
  if (member.state !== 'Pending') return unchanged(without(state, member.id));
  const failed = withState(unchanged(without(state, member.id)), {
    launchRetryAtSeconds: nowSeconds + LAUNCH_RETRY_SECONDS,
  });
  return troubled(failed, 'launches fail', nowSeconds);
}

function gone(state: State, member: Member, nowSeconds: number): Change {
  const change = unchanged(without(state, member.id));
  return member.state === 'Terminating' || !isOfRefresh(state, member)
    ? change
    : troubled(change, 'instances are unhealthy', nowSeconds);
}

function healthChanged(state: State, member: Member, health: Member['health'], nowSeconds: number): Change {
  const change = unchanged(withMember(state, member.id, { health }));
  return health === 'Unhealthy' && isOfRefresh(state, member)
    ? troubled(change, 'instances are unhealthy', nowSeconds)
    : change;
}

function standby(state: State, { id, state: now }: Member, isOn: boolean): State {
  if (isOn) return now === 'InService' ? withMember(state, id, { state: 'Standby' }) : state;
  return now === 'Standby' ? withMember(state, id, { state: 'InService' }) : state;
}

/** Whether the refresh, or its way back, has launched it. */
function isOfRefresh(state: State, { sequence }: Member): boolean {
  const refresh = activeRefresh(state);
  return refresh !== undefined && sequence >= (refresh.rollback?.firstBack ?? refresh.firstNew);
}

/** [limitations] The hour begins, unless it has begun. */
function troubled(change: Change, kind: Trouble, nowSeconds: number): Change {
  const refresh = activeRefresh(change.state);
  if (refresh === undefined || refresh.trouble !== undefined) return change;
  return withRefresh(change, { trouble: { kind, sinceSeconds: nowSeconds } });
}
