/** A state with what was done on the way to it. Every step of the model takes one and gives the next. Pure. */

import type { RefreshStatus } from '../model.ts';
import type { Action, Member, RefreshState, State, TerminationCause } from './state.ts';

export interface Change {
  readonly state: State;
  /** In the order that they are to be done in. */
  readonly actions: readonly Action[];
}

export function unchanged(state: State): Change {
  return { state, actions: [] };
}

/** The same change with another action and a state of its own. */
export function then(change: Change, action: Action, state: Partial<State> = {}): Change {
  return { state: { ...change.state, ...state }, actions: [...change.actions, action] };
}

export function withState(change: Change, changes: Partial<State>): Change {
  return { ...change, state: { ...change.state, ...changes } };
}

/** The same with changes to its refresh; does nothing where there is none. */
export function withRefresh(change: Change, changes: Partial<RefreshState>): Change {
  const { refresh } = change.state;
  return refresh === undefined ? change : withState(change, { refresh: { ...refresh, ...changes } });
}

/** Moves the refresh to a status. */
export function toStatus(change: Change, status: RefreshStatus, changes: Partial<RefreshState> = {}): Change {
  return then(withRefresh(change, { ...changes, status }), { kind: 'status', status });
}

export function withMember(state: State, id: string, changes: Partial<Member>): State {
  return {
    ...state,
    members: state.members.map((member) => (member.id === id ? { ...member, ...changes } : member)),
  };
}

export function without(state: State, id: string): State {
  return { ...state, members: state.members.filter((member) => member.id !== id) };
}

export function terminate(change: Change, instance: string, cause: TerminationCause): Change {
  const state = withMember(change.state, instance, { state: 'Terminating' });
  return then({ ...change, state }, { kind: 'terminate', instance, cause });
}
