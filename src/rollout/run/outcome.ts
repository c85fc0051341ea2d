/** How the rollout of a group has ended. Pure. */

import type { Failure } from '../../failure.ts';
import type { Group, Refresh } from '../model.ts';
import type { ScalingActivity } from '../watch/model.ts';

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

export interface Seen {
  /** The group as it was when the watch began, and as it is now. */
  readonly before: Group;
  readonly now: Group | undefined;
  readonly refresh: Refresh | undefined;
  /** Ids of instances that had been launched by the refresh before the watch began. */
  readonly launched: ReadonlySet<string>;
}

/** Of a group whose refresh was watched. */
export function outcomeOf({ before, now, refresh, launched }: Seen): Outcome {
  const there = new Set(before.instances.map(({ id }) => id).filter((id) => !launched.has(id)));
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

/** Ids of the instances that a group has launched since a refresh began: `Launching a new EC2 instance: i-…` */
export function launchedSince(refresh: Refresh, activities: readonly ScalingActivity[]): ReadonlySet<string> {
  const since = refresh.startedAtSeconds ?? 0;
  const launches = activities.filter(({ startedAtSeconds }) => startedAtSeconds >= since);
  return new Set(
    launches.flatMap(({ description }) => /^Launching .*: (i-[0-9a-f]+)/.exec(description)?.[1] ?? []),
  );
}

function versionOf(version: string | undefined): VersionOf | undefined {
  return version === undefined ? undefined : { version, imageId: undefined };
}
