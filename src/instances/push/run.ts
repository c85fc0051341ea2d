/** Pushes wave after wave, and stops where too much fails. */

import type { OwnDocument } from '../documents.ts';
import { type CommandDoors, runCommand } from '../run-command.ts';
import { PUSH_STEP } from './document.ts';
import { isError, outcomeOf, type PushOutcome } from './outcome.ts';

/** An instance and the bundle that it gets. */
export interface PushTarget {
  readonly instanceId: string;
  readonly bundle: string;
}

export interface PushPlan {
  readonly waves: ReadonlyArray<readonly PushTarget[]>;
  /** The first wave is a canary: one error there ends it. */
  readonly hasCanary: boolean;
  /** With one more, no further wave begins. */
  readonly maxErrors: number;
  readonly document: OwnDocument;
  readonly documentSha256: string;
  readonly comment: string;
}

/** `isInterrupted`: nobody waits any more for what has begun. */
export interface PushDoors extends CommandDoors {
  /** No further wave begins; the one that has begun comes to its end. */
  readonly isStopping: () => boolean;
  readonly onOutcome: (outcome: PushOutcome) => void;
  /** Called with what was updated in a wave. */
  readonly record: (updated: readonly PushOutcome[]) => Promise<void>;
}

/** In the order of the waves, every instance once. */
export async function runPush(doors: PushDoors, plan: PushPlan): Promise<PushOutcome[]> {
  const outcomes: PushOutcome[] = [];
  let stopped: string | undefined;
  for (const [number, wave] of plan.waves.entries()) {
    if (doors.isStopping()) stopped ??= 'interrupted';
    if (stopped !== undefined) {
      outcomes.push(...wave.map(({ instanceId }) => notStarted(instanceId, stopped ?? '')));
      continue;
    }
    const ended = await runWave(doors, plan, wave);
    outcomes.push(...ended);
    await doors.record(ended.filter(({ kind }) => kind === 'updated'));
    stopped = whyStop(outcomes, { isCanary: plan.hasCanary && number === 0, maxErrors: plan.maxErrors });
  }
  return outcomes;
}

function whyStop(
  outcomes: readonly PushOutcome[],
  { isCanary, maxErrors }: { readonly isCanary: boolean; readonly maxErrors: number },
): string | undefined {
  const errors = outcomes.filter(isError).length;
  if (isCanary && errors > 0) return 'the canary failed';
  return errors > maxErrors ? `${errors} instances failed, and ${maxErrors} may` : undefined;
}

/** Those with the same bundle are one command; a wave ends with its last instance. */
async function runWave(
  doors: PushDoors,
  { document, documentSha256, comment }: PushPlan,
  wave: readonly PushTarget[],
): Promise<PushOutcome[]> {
  const byBundle = Map.groupBy(wave, ({ bundle }) => bundle);
  const ended = await Promise.all(
    [...byBundle].map(async ([bundle, targets]) => {
      const outcomes = await runCommand(doors, {
        instanceIds: targets.map(({ instanceId }) => instanceId),
        document: { name: document.name, sha256: documentSha256 },
        parameters: { Bundle: [bundle] },
        step: PUSH_STEP,
        comment,
        deliverySeconds: 120,
        maxConcurrency: targets.length,
        // A wave that has begun ends; between two of them it is counted.
        maxErrors: targets.length,
        onOutcome: (outcome) => doors.onOutcome(outcomeOf(outcome)),
      });
      return [...outcomes.values()].map(outcomeOf);
    }),
  );
  return ended.flat();
}

function notStarted(instanceId: string, reason: string): PushOutcome {
  return { instanceId, kind: 'not-started', reason };
}
