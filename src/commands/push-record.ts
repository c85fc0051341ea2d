/** What was pushed, in the tags of instances. Tags are for people: where they can't be written, a push goes on. */

import type { Context } from '../context.ts';
import { Failed } from '../failure.ts';
import type { PushOutcome } from '../instances/push/outcome.ts';
import type { Planned } from '../instances/push/plan.ts';
import { lateTags, recordTags } from '../instances/push/record.ts';
import { names } from '../report/instances/wave.ts';
import type { Site } from '../world/site.ts';
import type { Layers } from './push-layers.ts';

interface RecordScene {
  readonly context: Pick<Context, 'now' | 'reporter'>;
  readonly site: Site;
  readonly layers: Layers;
}

/** `layerOf`: the digest of what an instance got. */
export async function record(
  scene: RecordScene,
  updated: readonly PushOutcome[],
  layerOf: ReadonlyMap<string, string>,
): Promise<void> {
  const ids = updated.map(({ instanceId }) => instanceId);
  for (const [layer = '', alike] of Map.groupBy(ids, (id) => layerOf.get(id))) {
    await tag(scene, alike, recordTags({ ossec: scene.layers.ossec, layer, at: scene.context.now() }));
  }
}

/** What an earlier push was ended before: it has nothing else to do on these any more. */
export async function recordLate(scene: RecordScene, { upToDate }: Planned): Promise<void> {
  const described = await scene.site.aws.instances.describe(upToDate.map(({ id }) => id));
  const known = new Map(described.map((one) => [one.id, one]));
  for (const { id, role, state } of upToDate) {
    const instance = known.get(id);
    const wanted = { ossec: scene.layers.ossec, layer: scene.layers.of(role).digest };
    const tags = instance && lateTags(instance, state.push, wanted);
    if (tags !== undefined) await tag(scene, [id], tags);
  }
}

async function tag(
  { context, site }: RecordScene,
  ids: readonly string[],
  tags: ReadonlyMap<string, string>,
): Promise<void> {
  try {
    await site.aws.instances.tag(ids, tags);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const text = `${error.message}: the tags of ${names(ids)} tell of this push only after the next one`;
    context.reporter.emit({ type: 'notice', level: 'warning', text });
  }
}
