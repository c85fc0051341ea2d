/** Finds what killed runs have left, and removes it one by one. */

import { Failed, type Failure, interruption } from '../failure.ts';
import type { Leftover, ReapVerdict } from '../images/leftovers.ts';
import { usesWords } from '../report/images/use-words.ts';
import type { Aws } from '../world/aws.ts';
import { sharing } from '../world/images/everywhere.ts';
import type { Leftovers } from '../world/leftovers.ts';

/** An image that lost the tag of its state looks like one that was never finished: what uses it keeps it. */
export async function findLeftovers(
  fleet: string,
  aws: Pick<Aws, 'leftovers' | 'imageUses' | 'images'>,
): Promise<Leftover[]> {
  const all = await aws.leftovers.find(fleet);
  const imageIds = all.flatMap(({ kind, id }) => (kind === 'image' ? [id] : []));
  const uses = await aws.imageUses.of(imageIds);
  return Promise.all(
    all.map(async (leftover) => {
      if (leftover.kind !== 'image') return leftover;
      const found = [...(uses.get(leftover.id) ?? []), ...(await sharing(aws, leftover.id))];
      if (found.length === 0) return leftover;
      const placed = found.map((use) => ({ use, region: aws.images.region }));
      return { ...leftover, needed: usesWords(placed, aws.images.region) };
    }),
  );
}

export interface Reaped {
  /** Without those that have failed, or that an interruption came before. */
  readonly verdicts: readonly ReapVerdict[];
  readonly failures: readonly Failure[];
}

/** One after the other, in their order: what stands on something that failed to go fails, too, and is said. */
export async function removeLeftovers(
  plan: readonly ReapVerdict[],
  leftovers: Pick<Leftovers, 'remove'>,
  signal: AbortSignal,
): Promise<Reaped> {
  const verdicts: ReapVerdict[] = [];
  const failures: Failure[] = [];
  for (const verdict of plan) {
    if (signal.aborted) break;
    try {
      if (verdict.action === 'remove') await leftovers.remove(verdict.leftover, signal);
      verdicts.push(verdict);
    } catch (error) {
      if (signal.aborted && !(error instanceof Failed)) break;
      if (!(error instanceof Failed)) throw error;
      const named = `${verdict.leftover.kind} ${verdict.leftover.id}`;
      failures.push(
        ...error.failures.map((failure) => ({ ...failure, problem: `${named}: ${failure.problem}` })),
      );
    }
  }
  if (signal.aborted) failures.push(interruption());
  return { verdicts, failures };
}
