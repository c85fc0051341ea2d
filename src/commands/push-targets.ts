/** Which bundle each instance gets, and whether instances can fetch it. */

import type { Context } from '../context.ts';
import { Failed, fail } from '../failure.ts';
import type { Fleet } from '../fleet/model.ts';
import { bundleKey } from '../instances/push/document.ts';
import type { Planned, PlannedInstance } from '../instances/push/plan.ts';
import type { PushTarget } from '../instances/push/waves.ts';
import { formatObjectAddress } from '../world/s3.ts';
import type { Site } from '../world/site.ts';
import { placeOf, publish } from './push-bundles.ts';
import type { Layers } from './push-layers.ts';

export interface BundleScene {
  readonly context: Context;
  readonly fleet: Fleet;
  readonly site: Site;
  readonly layers: Layers;
}

/** `layer`: the digest of what it gets, for its tag. */
export interface RecordedTarget extends PushTarget {
  readonly layer: string;
}

/** In a rehearsal they are put there; on AWS somebody else does that. @throws Failed where one is missing */
export async function findBundles(
  { fleet, site, layers }: BundleScene,
  { changes }: Planned,
): Promise<RecordedTarget[]> {
  const place = placeOf(fleet);
  const missing = new Map<string, string>();
  const targets: RecordedTarget[] = [];
  const known = new Set(site.rehearsal ? [] : await site.aws.objects.keys(place.bucket, place.prefix));
  for (const instance of changes) {
    const { id, role } = instance;
    const bundle = await layers.bundle(role, platformOf(instance));
    const key = bundleKey(place, bundle.sha256);
    if (site.rehearsal) await publish(site, place, bundle);
    else if (!known.has(key)) missing.set(key, commandFor(instance));
    targets.push({ instanceId: id, bundle: bundle.sha256, layer: layers.of(role).digest });
  }
  if (missing.size === 0) return targets;
  return fail({
    kind: 'prerequisite',
    problem: `${[...missing.keys()].map((key) => formatObjectAddress({ bucket: place.bucket, key })).join(', ')}: not there, so instances could not fetch it`,
    remedy: 'somebody who may write there has to put it there first, from the same fleet file',
    commands: [...new Set(missing.values())],
  });
}

/** Undefined where the configuration alone is brought, which is the same on all of them. */
function platformOf({ change, state }: PlannedInstance): string | undefined {
  return change.kind === 'config' || change.kind === 'repair' ? undefined : state.platform;
}

function commandFor(instance: PlannedInstance): string {
  const platform = platformOf(instance);
  return `bake ossec bundle --role ${instance.role.name}${platform === undefined ? '' : ` --platform ${platform}`}`;
}

/** What a push would be refused for; nothing is put anywhere. */
export async function warnOfMissing(scene: BundleScene, planned: Planned): Promise<void> {
  if (scene.site.rehearsal) return;
  try {
    await findBundles(scene, planned);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    for (const failure of error.failures) {
      const commands = 'commands' in failure ? (failure.commands ?? []) : [];
      scene.context.reporter.emit({
        type: 'notice',
        level: 'warning',
        text: failure.problem,
        remedy: [failure.remedy, ...commands].join(': '),
      });
    }
  }
}
