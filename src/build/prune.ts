/** Carries a clean-up out, one image after the other. */

import type { Emit } from '../events.ts';
import { Failed, type Failure, fail, interruption } from '../failure.ts';
import type { ImageRecord, Verdict } from '../images/model.ts';
import { TAG } from '../plan/tags.ts';
import type { Aws } from '../world/aws.ts';

export interface PruneWork {
  readonly aws: (region: string) => Pick<Aws, 'images' | 'imageUses'>;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly emit: Emit;
}

export interface CarriedOut {
  /** Without those that have failed, or that an interruption came before. */
  readonly verdicts: readonly Verdict[];
  readonly failures: readonly Failure[];
}

/** One failing leaves the others going; what is used by now stays. */
export async function prune(plan: readonly Verdict[], work: PruneWork): Promise<CarriedOut> {
  const verdicts: Verdict[] = [];
  const failures: Failure[] = [];
  for (const verdict of plan) {
    try {
      if (work.signal.aborted) fail(interruption());
      verdicts.push(await carryOut(verdict, work));
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      failures.push(...error.failures.map((failure) => about(verdict.image, failure)));
      if (work.signal.aborted) break;
    }
  }
  return { verdicts, failures };
}

function about({ imageId, region }: ImageRecord, failure: Failure): Failure {
  if (failure.kind === 'interrupted') return failure;
  return { ...failure, problem: `${imageId} in ${region}: ${failure.problem}` };
}

async function carryOut(verdict: Verdict, { aws, now, emit }: PruneWork): Promise<Verdict> {
  if (verdict.action === 'keep') return verdict;
  const { image } = verdict;
  const { imageId, region } = image;
  const { images, imageUses } = aws(region);
  const uses = (await imageUses.of([imageId])).get(imageId) ?? [];
  if (uses.length > 0) {
    const placed = uses.map((use) => ({ region, use }));
    return { action: 'keep', image, reason: { kind: 'in-use', uses: placed } };
  }
  if (verdict.action === 'disable') {
    // First, so that what is disabled always says since when.
    await images.tag(imageId, { [TAG.disabledAt]: now().toISOString() });
    await images.disable(imageId);
    return verdict;
  }
  const left = await images.remove(imageId);
  if (left.length > 0) {
    emit({
      type: 'notice',
      level: 'warning',
      text: `${imageId} is deleted, but snapshots of it are not: ${left.join(', ')}`,
      remedy: 'another image may stand on them; delete them by hand where none does',
    });
  }
  return verdict;
}
