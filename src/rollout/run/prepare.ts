/** A rollout as it would run: what `--dry-run` prints is the very value that the rollout goes on with. Pure. */

import type { Configuration, Group } from '../model.ts';
import { desiredConfiguration } from '../plan/desired.ts';
import { type Difference, differences, planVersion, type VersionPlan } from '../plan/version.ts';
import { type Prediction, predict } from '../predict/predict.ts';
import type { Wanted } from '../preflight/facts.ts';
import { type Preflight, preflight } from '../preflight/preflight.ts';
import type { Gathered } from './gather.ts';

export interface Prepared {
  readonly group: Group;
  readonly wanted: Wanted;
  readonly preflight: Preflight;
  /** The refresh that is under way. */
  readonly active: { readonly refreshId: string } | undefined;
  /** Undefined where the preflight found nothing to make a version of. */
  readonly change:
    | {
        readonly version: VersionPlan;
        readonly differences: readonly Difference[];
        readonly prediction: Prediction;
        /** The version that the group launches from, as a number. */
        readonly current: Configuration;
        readonly previousImageId: string;
      }
    | undefined;
}

export interface Wish {
  readonly wanted: Wanted;
  readonly imageName: string;
}

/** The number that a version will most likely have, for the prediction: only that it is another one matters. */
const NEXT = Number.MAX_SAFE_INTEGER;

export function prepare(gathered: Gathered, { wanted, imageName }: Wish): Prepared {
  const { facts, versions, source, timing } = gathered;
  const { group } = facts;
  const found = preflight(facts, wanted);
  const active = facts.activeRefresh && { refreshId: facts.activeRefresh.id };
  const { configuration } = group;
  if (configuration === undefined || source === undefined) {
    return { group, wanted, preflight: found, active, change: undefined };
  }
  const wish = {
    templateId: configuration.launchTemplate.id,
    source,
    image: { id: wanted.imageId, name: imageName },
    requireImdsV2: wanted.requireImdsV2,
  };
  const version = planVersion(wish, versions);
  const current = desiredConfiguration(configuration, source.number);
  const desired = desiredConfiguration(current, version.kind === 'use' ? version.number : NEXT);
  return {
    group,
    wanted,
    preflight: found,
    active,
    change: {
      version,
      differences: differences(wish),
      prediction: predict({ ...group, configuration: current }, desired, wanted.preferences, timing),
      current,
      previousImageId: source.imageId,
    },
  };
}
