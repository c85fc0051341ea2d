/** How a rollout is undone: by AWS while it runs, by a refresh back to what was before after it. Pure. */

import type { Configuration } from '../model.ts';
import { type Group, hasEnded, type Refresh } from '../model.ts';
import { desiredConfiguration } from '../plan/desired.ts';
import { readUndo } from '../plan/undo.ts';
import type { ExistingVersion } from '../plan/version.ts';

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

export function planUndo(
  group: Group,
  refreshes: readonly Refresh[],
  versions: readonly ExistingVersion[],
): UndoPlan {
  const active = refreshes.find(({ status }) => !hasEnded(status));
  if (active !== undefined) return whileItRuns(group, active);
  const { configuration } = group;
  if (configuration === undefined) {
    return impossible(`${group.name} has a launch configuration`, 'roll out the image that you want back');
  }
  const before = previousOf(group, configuration, versions);
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

function whileItRuns(group: Group, { id, status, desired }: Refresh): UndoPlan {
  if (status === 'RollbackInProgress') return { kind: 'watch', refreshId: id };
  if (status === 'Cancelling') {
    return impossible(`the refresh of ${group.name} is being cancelled`, 'wait until it is, then undo it');
  }
  const version = group.configuration?.launchTemplate.version ?? '';
  if (desired === undefined || !/^\d+$/.test(version)) {
    return impossible(
      `AWS cannot roll ${group.name} back: ${desired === undefined ? 'the refresh has no desired configuration' : `the group launches ${version}`}`,
      'bake rollout cancel stops it where it is; then roll out the image that you want back',
    );
  }
  return { kind: 'roll-back', refreshId: id };
}

/** As the group's tags say, or as the description of its version does. */
function previousOf(
  group: Group,
  { launchTemplate }: Configuration,
  versions: readonly ExistingVersion[],
): ExistingVersion | undefined {
  const tagged = readUndo(group.tags);
  const current = versions.find(({ number }) => String(number) === launchTemplate.version);
  const described = /^bake: version (\d+) with ami-/.exec(current?.description ?? '')?.[1];
  const number = tagged?.templateId === launchTemplate.id ? tagged.version : Number(described);
  return versions.find((version) => version.number === number && version.number !== current?.number);
}

function impossible(problem: string, remedy: string): UndoPlan {
  return { kind: 'impossible', problem, remedy };
}
