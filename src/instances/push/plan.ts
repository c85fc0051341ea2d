/** Who gets what: from what instances are to what they are to be. Pure. */

import type { RunningInstance } from '../find.ts';
import type { InstanceState, Looked } from '../look.ts';
import { type Change, changeOf, type WantedOssec } from './change.ts';
import type { WantedLayer } from './wanted.ts';

export interface PlannedInstance extends RunningInstance {
  readonly state: InstanceState;
  readonly change: Change;
}

export interface Planned {
  /** Those that something changes on. */
  readonly changes: readonly PlannedInstance[];
  /** Those that have everything already. */
  readonly upToDate: readonly PlannedInstance[];
  readonly unreachable: ReadonlyArray<RunningInstance & { readonly problem: string }>;
}

export interface Wanted {
  readonly ossec: WantedOssec;
  readonly layerOf: (instance: RunningInstance) => WantedLayer;
}

export function planPush(
  instances: readonly RunningInstance[],
  { answers, problems }: Looked<InstanceState>,
  { ossec, layerOf }: Wanted,
): Planned {
  const looked = instances.map((instance) => {
    const state = answers.get(instance.id);
    return { instance, state, change: state && changeOf(state, layerOf(instance), ossec) };
  });
  const answered = looked.flatMap(({ instance, state, change }) =>
    state === undefined || change === undefined ? [] : [{ ...instance, state, change }],
  );
  return {
    changes: answered.filter(({ change }) => change.kind !== 'none'),
    upToDate: answered.filter(({ change }) => change.kind === 'none'),
    unreachable: looked
      .filter(({ state }) => state === undefined)
      .map(({ instance }) => ({ ...instance, problem: problems.get(instance.id) ?? 'it did not answer' })),
  };
}
