/** How the rollout of a group has ended. Pure. */

import type { Failure } from '../../failure.ts';
import type { Group, Refresh } from '../model.ts';

export type OutcomeKind = 'done' | 'failed' | 'rolled-back' | 'cancelled' | 'under-way' | 'not-started';

/** What the group launched from. */
export interface VersionOf {
  readonly version: string;
  /** Undefined where nobody asked. */
  readonly imageId: string | undefined;
}

export interface Outcome {
  readonly group: string;
  readonly kind: OutcomeKind;
  /** As it was last seen; undefined where none was started. */
  readonly refresh: Refresh | undefined;
  readonly before: VersionOf | undefined;
  readonly after: VersionOf | undefined;
  /** Ids of the instances that are new since it began, and of those that are still there. */
  readonly replaced: readonly string[];
  readonly kept: readonly string[];
  readonly durationSeconds: number | undefined;
  /** Why it did not succeed: a check, AWS's own words, or what came before. */
  readonly why: string | undefined;
  /** Why it was not started, or could not be undone. */
  readonly failures: readonly Failure[];
  /** The refresh back to what was before, where bake has begun one itself. */
  readonly undone: Refresh | undefined;
}

/** What a refresh has led to. */
export function kindOf(refresh: Refresh | undefined): OutcomeKind {
  switch (refresh?.status) {
    case 'Successful':
      return 'done';
    case 'RollbackSuccessful':
      return 'rolled-back';
    case 'Cancelled':
      return 'cancelled';
    case undefined:
    case 'Failed':
    case 'RollbackFailed':
      return 'failed';
    default:
      return 'under-way';
  }
}

/** Of a group for which nothing was, or is to be, done. */
export function outcome(group: string, kind: OutcomeKind, changes: Partial<Outcome> = {}): Outcome {
  return {
    group,
    kind,
    refresh: undefined,
    before: undefined,
    after: undefined,
    replaced: [],
    kept: [],
    durationSeconds: undefined,
    why: undefined,
    failures: [],
    undone: undefined,
    ...changes,
  };
}

/** Of a group whose refresh was watched. `before`: the group as it was when that began. */
export function outcomeOf(before: Group, now: Group | undefined, refresh: Refresh | undefined): Outcome {
  const there = new Set(before.instances.map(({ id }) => id));
  const inService = (now?.instances ?? []).filter(({ lifecycle }) => lifecycle === 'InService');
  const ids = inService.map(({ id }) => id);
  const { startedAtSeconds: from, endedAtSeconds: to } = refresh ?? {};
  const kind = kindOf(refresh);
  const reason = refresh?.rollbackReason ?? refresh?.reason;
  return outcome(before.name, kind, {
    refresh,
    before: versionOf(before.configuration?.launchTemplate.version),
    after: versionOf(refresh?.desired?.launchTemplate.version),
    replaced: ids.filter((id) => !there.has(id)),
    kept: ids.filter((id) => there.has(id)),
    durationSeconds: from === undefined || to === undefined ? undefined : to - from,
    why: kind === 'done' || kind === 'under-way' || reason === '' ? undefined : reason,
  });
}

function versionOf(version: string | undefined): VersionOf | undefined {
  return version === undefined ? undefined : { version, imageId: undefined };
}
