/** Everything that is to be known of a group before its rollout. Changes nothing. */

import type { Configuration, Group, Refresh } from '../model.ts';
import { hasEnded } from '../model.ts';
import { type ExistingVersion, type TemplateVersions, versionOf } from '../plan/version.ts';
import type { Timing } from '../predict/state-of.ts';
import type { Facts, TargetImage, TemplateVersion } from '../preflight/facts.ts';
import type { ScalingActivity } from '../watch/model.ts';
import type { Doors } from './doors.ts';
import { deniedAction } from './refusal.ts';

export interface Gathered {
  readonly facts: Facts;
  /** Of the group's launch template. */
  readonly versions: readonly ExistingVersion[];
  /** What the group launches from. */
  readonly source: ExistingVersion | undefined;
  readonly timing: Timing;
}

const NO_TEMPLATES: TemplateVersions = { versions: [], latest: 0, byDefault: 0 };

export interface About {
  readonly region: string;
  /** Undefined where there is no such image. */
  readonly image: TargetImage | undefined;
  /** Names of the alarms that the refresh is to heed. */
  readonly alarms: readonly string[];
}

export async function gather(
  { rollouts }: Pick<Doors, 'rollouts'>,
  group: Group,
  { region, image, alarms: names }: About,
): Promise<Gathered> {
  const { configuration } = group;
  const templateId = configuration?.launchTemplate.id;
  const denied: string[] = [];
  /** What may not be asked is a finding, and not the end: all of them are to be seen at once. */
  async function unlessDenied<T>(ask: Promise<T>, otherwise: T): Promise<T> {
    try {
      return await ask;
    } catch (error) {
      const action = deniedAction(error);
      if (action === undefined) throw error;
      denied.push(action);
      return otherwise;
    }
  }
  const [templates, refreshes, activities, alarms] = await Promise.all([
    templateId === undefined ? NO_TEMPLATES : unlessDenied(rollouts.versions(templateId), NO_TEMPLATES),
    unlessDenied(rollouts.refreshes(group.name), []),
    unlessDenied(rollouts.activities(group.name), []),
    unlessDenied(rollouts.alarms(names), new Map()),
  ]);
  const source = configuration && versionOf(configuration.launchTemplate.version, templates);
  const [architectures, others] = await Promise.all([
    unlessDenied(rollouts.architectures(typesOf(configuration, source)), new Map()),
    templateId === undefined || source === undefined || image === undefined
      ? []
      : rollouts.denied({ templateId, version: source.number, imageId: image.id }),
  ]);
  return {
    facts: {
      region,
      group,
      template: configuration && source && templateOf(configuration, source),
      image,
      architectures,
      activeRefresh: activeOf(refreshes, templates.versions, templateId),
      alarms,
      denied: [...new Set([...denied, ...others])],
    },
    versions: templates.versions,
    source,
    timing: timingOf(activities),
  };
}

function templateOf({ launchTemplate }: Configuration, source: ExistingVersion): TemplateVersion {
  return {
    ref: { ...launchTemplate, version: String(source.number) },
    imageId: source.imageId,
    instanceType: source.instanceType,
    requiresImdsV2: source.metadata.HttpTokens === 'required',
  };
}

function typesOf(configuration: Configuration | undefined, source: ExistingVersion | undefined): string[] {
  const overrides = configuration?.mixed?.overrides ?? [];
  const own = overrides.flatMap(({ instanceType }) => instanceType ?? []);
  if (own.length > 0) return [...new Set(own)];
  return source?.instanceType === undefined ? [] : [source.instanceType];
}

/** With the image that it rolls out, where its version is of the group's own template. */
function activeOf(
  refreshes: readonly Refresh[],
  versions: readonly ExistingVersion[],
  templateId: string | undefined,
): Facts['activeRefresh'] {
  const active = refreshes.find(({ status }) => !hasEnded(status));
  if (active === undefined) return undefined;
  const { id, version } = active.desired?.launchTemplate ?? {};
  const own = id === templateId ? versions.find(({ number }) => String(number) === version) : undefined;
  return { ...active, imageId: own?.imageId };
}

/** A guess where the group has no history. */
const GUESS: Timing = { launchSeconds: 60, terminateSeconds: 30 };

/** As long as it took most of the time. */
export function timingOf(activities: readonly ScalingActivity[]): Timing {
  const took = (verb: string) =>
    activities.flatMap(({ description, outcome, startedAtSeconds, endedAtSeconds }) =>
      description.startsWith(verb) && outcome === 'done' && endedAtSeconds !== undefined
        ? [endedAtSeconds - startedAtSeconds]
        : [],
    );
  return {
    launchSeconds: median(took('Launching')) ?? GUESS.launchSeconds,
    terminateSeconds: median(took('Terminating')) ?? GUESS.terminateSeconds,
  };
}

function median(numbers: readonly number[]): number | undefined {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
}
