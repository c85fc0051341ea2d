/** How a rollout is undone: by AWS while it runs, by a refresh back to what was before after it. Pure. */

import type { Configuration } from '../model.ts';
import { type Group, hasEnded, type Refresh } from '../model.ts';
import { desiredConfiguration } from '../plan/desired.ts';
import { readUndo } from '../plan/undo.ts';
import { previousOf, type TemplateVersions, versionOf } from '../plan/version.ts';

export type UndoPlan =
  /** AWS brings back what the group has saved. */
  | { readonly kind: 'roll-back'; readonly refreshId: string }
  | { readonly kind: 'watch'; readonly refreshId: string }
  | {
      readonly kind: 'refresh';
      readonly desired: Configuration;
      readonly version: number;
      readonly imageId: string;
    }
  | { readonly kind: 'impossible'; readonly problem: string; readonly remedy: string };

export function planUndo(group: Group, refreshes: readonly Refresh[], templates: TemplateVersions): UndoPlan {
  const active = refreshes.find(({ status }) => !hasEnded(status));
  if (active !== undefined) {
    const rest = planUndo(group, refreshes.slice(refreshes.indexOf(active) + 1), templates);
    return isWayBack(group, active, rest)
      ? { kind: 'watch', refreshId: active.id }
      : whileItRuns(group, active);
  }
  const { configuration } = group;
  if (configuration === undefined) {
    return impossible(`${group.name} has a launch configuration`, 'roll out the image that you want back');
  }
  const current = versionOf(configuration.launchTemplate.version, templates);
  const isTried = current !== undefined && hasTriedAnother(refreshes[0], configuration, current.number);
  if (isTried) return afterFailure(group, configuration, current.number, templates);
  return afterSuccess(group, configuration, current?.number, templates);
}

/**
 * Whether what runs is what would be begun now: a way back whose bake has died, or that was asked for twice. To
 * roll that back would go forward again. One to the version that the group has saved goes nowhere else either.
 */
function isWayBack({ configuration }: Group, { desired }: Refresh, rest: UndoPlan): boolean {
  const to = desired?.launchTemplate;
  const saved = configuration?.launchTemplate;
  if (to === undefined || saved === undefined || to.id !== saved.id) return false;
  return to.version === saved.version || (rest.kind === 'refresh' && String(rest.version) === to.version);
}

function whileItRuns(group: Group, { id, status, desired }: Refresh): UndoPlan {
  if (status === 'RollbackInProgress') return { kind: 'watch', refreshId: id };
  if (status === 'Cancelling') {
    return impossible(`the refresh of ${group.name} is being cancelled`, 'wait until it is, then undo it');
  }
  const version = group.configuration?.launchTemplate.version ?? '';
  if (desired === undefined || !/^\d+$/.test(version)) {
    return impossible(
      `AWS cannot roll ${group.name} back: ${desired === undefined ? 'the refresh has no desired configuration' : `the group launches ${version}`}`,
      'bake rollout cancel stops it where it is; bake rollout undo then goes back with a refresh of its own',
    );
  }
  return { kind: 'roll-back', refreshId: id };
}

/** The last refresh was for another version than the group has: it did not succeed. */
function hasTriedAnother(
  last: Refresh | undefined,
  { launchTemplate }: Configuration,
  current: number,
): boolean {
  const tried = last?.desired?.launchTemplate;
  if (tried === undefined || last?.status === 'Successful') return false;
  return tried.id === launchTemplate.id && tried.version !== String(current);
}

/** What the group has saved is what it had before: only what was replaced goes back to it. */
function afterFailure(
  group: Group,
  configuration: Configuration,
  current: number,
  templates: TemplateVersions,
): UndoPlan {
  const isBack = group.instances.every(({ launchTemplate }) => launchTemplate?.version === String(current));
  if (!isBack) return backTo(group, configuration, current, templates);
  return impossible(
    `the last refresh of ${group.name} has left nothing: every instance runs version ${current}, as before it`,
    'to go back further, name the image: bake rollout --group GROUP --image AMI',
  );
}

/** As the group's tags say, or as the description of its version does. */
function afterSuccess(
  group: Group,
  configuration: Configuration,
  current: number | undefined,
  templates: TemplateVersions,
): UndoPlan {
  const tagged = readUndo(group.tags);
  const isTagged = tagged?.templateId === configuration.launchTemplate.id;
  if (isTagged && tagged.version === current) {
    return impossible(
      `${group.name} is back on version ${current} already`,
      'to go back further, name the image: bake rollout --group GROUP --image AMI',
    );
  }
  const previous =
    isTagged && tagged.replacedBy === current ? tagged.version : previousOf(current, templates);
  return backTo(group, configuration, previous, templates);
}

function backTo(
  group: Group,
  configuration: Configuration,
  number: number | undefined,
  { versions }: TemplateVersions,
): UndoPlan {
  const before = versions.find((version) => version.number === number);
  if (before === undefined) {
    return impossible(
      `it is not known what ${group.name} ran before`,
      'name the image: bake rollout --group GROUP --image AMI',
    );
  }
  return {
    kind: 'refresh',
    desired: desiredConfiguration(configuration, before.number),
    version: before.number,
    imageId: before.imageId,
  };
}

function impossible(problem: string, remedy: string): UndoPlan {
  return { kind: 'impossible', problem, remedy };
}
