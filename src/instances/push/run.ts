/** Pushes wave after wave, and stops where too much fails. */

import { Failed } from '../../failure.ts';
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

/** What a push has come to, also where AWS did not go along to its end. */
export interface PushEnd {
  /** In the order of the waves, every instance once. */
  readonly outcomes: readonly PushOutcome[];
  /** Why AWS was asked no further. */
  readonly failure: Failed | undefined;
}

export async function runPush(doors: PushDoors, plan: PushPlan): Promise<PushEnd> {
  const outcomes: PushOutcome[] = [];
  let stopped: string | undefined;
  let failure: Failed | undefined;
  for (const [number, wave] of plan.waves.entries()) {
    if (doors.isStopping()) stopped ??= 'interrupted';
    if (stopped !== undefined) {
      outcomes.push(...wave.map(({ instanceId }) => notStarted(instanceId, stopped ?? '')));
      continue;
    }
    const ended = await runWave(doors, plan, wave);
    outcomes.push(...ended.outcomes);
    const updated = ended.outcomes.filter(({ kind }) => kind === 'updated');
    const recorded = await failureOf(doors.record(updated));
    failure = ended.failure ?? recorded;
    stopped =
      failure === undefined
        ? whyStop(outcomes, { isCanary: plan.hasCanary && number === 0, maxErrors: plan.maxErrors })
        : 'AWS did not go along';
  }
  return { outcomes, failure };
}

/** What else is thrown is a bug, and goes on its way. */
async function failureOf(work: Promise<unknown>): Promise<Failed | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof Failed) return error;
    throw error;
  }
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
async function runWave(doors: PushDoors, plan: PushPlan, wave: readonly PushTarget[]): Promise<PushEnd> {
  const sent = new Set<string>();
  const told = new Map<string, PushOutcome>();
  const failures = await Promise.all(
    [...Map.groupBy(wave, ({ bundle }) => bundle)].map(([bundle, targets]) =>
      failureOf(
        runCommand(doors, {
          instanceIds: targets.map(({ instanceId }) => instanceId),
          document: { name: plan.document.name, sha256: plan.documentSha256 },
          parameters: { Bundle: [bundle] },
          step: PUSH_STEP,
          comment: plan.comment,
          deliverySeconds: 120,
          maxConcurrency: targets.length,
          // A wave that has begun ends; between two of them it is counted.
          maxErrors: targets.length,
          onSent: (ids) => ids.forEach((id) => void sent.add(id)),
          onOutcome: (outcome) => {
            told.set(outcome.instanceId, outcomeOf(outcome));
            doors.onOutcome(outcomeOf(outcome));
          },
        }),
      ),
    ),
  );
  const outcomes = wave.map(
    ({ instanceId }) => told.get(instanceId) ?? untold(instanceId, sent.has(instanceId)),
  );
  return { outcomes, failure: failures.find((failure) => failure !== undefined) };
}

function untold(instanceId: string, wasSent: boolean): PushOutcome {
  if (!wasSent) return notStarted(instanceId, 'AWS did not send it');
  return {
    instanceId,
    kind: 'unknown',
    reason: 'AWS could not be asked; what has begun there comes to its end',
  };
}

function notStarted(instanceId: string, reason: string): PushOutcome {
  return { instanceId, kind: 'not-started', reason };
}
